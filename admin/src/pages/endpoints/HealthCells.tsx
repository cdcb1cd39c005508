import { Link, Typography } from '@strapi/design-system';
import { Table } from '@strapi/strapi/admin';
import { useIntl } from 'react-intl';
import { NavLink } from 'react-router-dom';

import { useFormatCount } from '../../hooks/useFormatCount';
import { filterQuery, messagesPath, ROOT } from '../../utils/paths';
import { t } from '../../utils/translation';
import { Instant } from '../../components/Instant';

import type {
  AttemptTally,
  EndpointHealthView,
  EndpointView,
} from '../../../../server/src/panel/contract';

interface HealthCellsProps {
  endpoint: EndpointView;
  /** Undefined while loading. */
  health: EndpointHealthView | undefined;
  /** Attempts of the last day. Undefined: none, or no right to see them. */
  tally: AttemptTally | undefined;
}

/** Success rate below which the rate is highlighted. */
const GOOD = 0.95;

/** Share of attempts, not messages, that succeeded. */
const SuccessRate = ({ tally }: Pick<HealthCellsProps, 'tally'>) => {
  const { formatMessage, formatNumber } = useIntl();
  const attempts = tally === undefined ? 0 : tally.delivered + tally.failed + tally.dead;
  if (tally === undefined || attempts === 0) {
    return (
      <Typography textColor="neutral600">{formatMessage(t('endpoints.no-attempts'))}</Typography>
    );
  }
  const rate = tally.delivered / attempts;
  return (
    <>
      <Typography tag="p" textColor={rate < GOOD ? 'danger600' : 'success600'} fontWeight="bold">
        {formatNumber(Math.floor(rate * 1_000) / 1_000, {
          style: 'percent',
          maximumFractionDigits: 1,
        })}
      </Typography>
      <Typography tag="p" variant="pi" textColor="neutral600">
        {formatMessage(t('endpoints.attempts'), { count: attempts })}
      </Typography>
    </>
  );
};

const Count = ({
  count,
  upTo,
  to,
  isBad = false,
}: {
  count: number;
  upTo: number;
  to: string;
  isBad?: boolean;
}) => {
  const formatCount = useFormatCount();
  if (count === 0) return <Typography textColor="neutral600">0</Typography>;
  return (
    <Link tag={NavLink} to={to}>
      <Typography textColor={isBad ? 'danger600' : undefined}>
        {formatCount(count, upTo)}
      </Typography>
    </Link>
  );
};

/** Last delivery, pending and failed messages. Each number links to its messages. */
export const HealthCells = ({ endpoint, health, tally }: HealthCellsProps) => {
  const { formatMessage } = useIntl();
  if (health === undefined) {
    return ['success', 'delivered', 'waiting', 'dead'].map((cell) => (
      <Table.Cell key={cell}>{null}</Table.Cell>
    ));
  }
  const { pending, dead, countedUpTo, lastDeliveredAt } = health;
  const isHeld = endpoint.state !== 'active' || endpoint.breaker !== null;
  const filter = { endpointId: [endpoint.id] };

  return (
    <>
      <Table.Cell>
        <SuccessRate tally={tally} />
      </Table.Cell>
      <Table.Cell>
        <Typography>
          {lastDeliveredAt === null ? (
            formatMessage(t('endpoints.never'))
          ) : (
            <Instant at={lastDeliveredAt} />
          )}
        </Typography>
      </Table.Cell>
      <Table.Cell>
        <Count
          count={pending}
          upTo={countedUpTo}
          to={messagesPath({ ...filter, state: ['pending', 'active'] })}
        />
        {isHeld && pending > 0 && (
          <Typography tag="p" variant="pi" textColor="neutral600">
            {formatMessage(t('message.state.held'))}
          </Typography>
        )}
      </Table.Cell>
      <Table.Cell>
        <Count
          count={dead}
          upTo={countedUpTo}
          to={`${ROOT}/dead-letters?${filterQuery(filter).toString()}`}
          isBad
        />
      </Table.Cell>
    </>
  );
};
