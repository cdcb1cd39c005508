import { Link, Typography } from '@strapi/design-system';
import { useIntl } from 'react-intl';
import { NavLink } from 'react-router-dom';

import { useFormatCount } from '../../hooks/useFormatCount';
import { filterQuery, messagesPath, ROOT } from '../../utils/paths';
import { t } from '../../utils/translation';
import { Instant } from '../../components/Instant';
import { successPercent } from '../overview/chart';
import { Td } from '../../components/Table';

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

/** Share of completed messages that were delivered. Attempts that are retried do not count. */
const SuccessRate = ({ tally }: Pick<HealthCellsProps, 'tally'>) => {
  const { formatMessage, formatNumber } = useIntl();
  const percent = tally === undefined ? null : successPercent(tally);
  if (tally === undefined || percent === null) {
    return (
      <Typography textColor="neutral600">{formatMessage(t('endpoints.no-attempts'))}</Typography>
    );
  }
  const rate = percent / 100;
  return (
    <>
      <Typography tag="p" textColor={rate < GOOD ? 'danger600' : 'success600'} fontWeight="bold">
        {formatNumber(Math.floor(rate * 1_000) / 1_000, {
          style: 'percent',
          maximumFractionDigits: 1,
        })}
      </Typography>
      <Typography tag="p" variant="pi" textColor="neutral600">
        {formatMessage(t('endpoints.completed'), { count: tally.delivered + tally.dead })}
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
    return ['success', 'delivered', 'waiting', 'dead'].map((cell) => <Td key={cell}>{null}</Td>);
  }
  const { pending, dead, countedUpTo, lastDeliveredAt } = health;
  const isHeld = endpoint.state !== 'active' || endpoint.breaker !== null;
  const filter = { endpointId: [endpoint.id] };

  return (
    <>
      <Td>
        <SuccessRate tally={tally} />
      </Td>
      <Td>
        <Typography>
          {lastDeliveredAt === null ? (
            formatMessage(t('endpoints.never'))
          ) : (
            <Instant at={lastDeliveredAt} />
          )}
        </Typography>
      </Td>
      <Td>
        <Count
          count={pending}
          upTo={countedUpTo}
          to={messagesPath({ ...filter, displayed: ['pending', 'retrying', 'held', 'active'] })}
        />
        {isHeld && pending > 0 && (
          <Typography tag="p" variant="pi" textColor="neutral600">
            {formatMessage(t('message.state.held'))}
          </Typography>
        )}
      </Td>
      <Td>
        <Count
          count={dead}
          upTo={countedUpTo}
          to={`${ROOT}/dead-letters?${filterQuery(filter).toString()}`}
          isBad
        />
      </Td>
    </>
  );
};
