import { Box, Button, Flex, Loader, Typography } from '@strapi/design-system';
import { Eye, Play } from '@strapi/icons';
import { useDebounce } from '@strapi/strapi/admin';
import { useState } from 'react';
import { useIntl } from 'react-intl';

import { usePermissions } from '../../hooks/usePermissions';
import { useTryWebhookOnLogQuery, type TrialInput } from '../../services/trials';
import { t } from '../../utils/translation';
import { CellDetail } from '../FittingTable';
import { PreviewError } from '../form/PreviewError';
import { Instant } from '../Instant';
import { LabelledTable } from '../LabelledTable';
import { SectionCard } from '../SectionCard';
import { Td, Tr } from '../Table';

import { TriedRequest } from './TriedRequest';
import { VerdictLine } from './VerdictLine';

import type { TrialResult, TrialRow } from '../../../../server/src/panel/contract';

const TYPING_PAUSE_MS = 500;
/** Rows that are shown at first. */
const SHOWN = 10;

interface RowProps {
  row: TrialRow;
  onChoose: () => void;
}

const Row = ({ row, onChoose }: RowProps) => {
  const { formatMessage } = useIntl();
  const { event, verdict, problem, reduced, missing } = row;
  return (
    <Tr>
      <Td>
        <Typography tag="p">{event.name}</Typography>
        <Typography variant="pi" textColor="neutral600">
          <Instant at={event.createdAt} />
        </Typography>
      </Td>
      <Td>
        <Typography tag="p" style={{ overflowWrap: 'anywhere' }}>
          {event.entryTitle ?? event.entryDocumentId ?? '–'}
        </Typography>
        {event.entryLocale !== null && <CellDetail>{event.entryLocale}</CellDetail>}
      </Td>
      <Td>
        <VerdictLine verdict={verdict} missing={missing} />
        {problem !== null && <CellDetail>{problem}</CellDetail>}
        {reduced && missing.length === 0 && (
          <CellDetail>{formatMessage(t('trial.reduced'))}</CellDetail>
        )}
      </Td>
      <Td>
        <Button variant="ghost" size="S" startIcon={<Eye />} onClick={onChoose}>
          {formatMessage(t('trial.show'))}
        </Button>
      </Td>
    </Tr>
  );
};

const Results = ({ result, input }: { result: TrialResult; input: TrialInput }) => {
  const { formatMessage } = useIntl();
  const [chosen, setChosen] = useState<number | null>(null);
  const [showsAll, setShowsAll] = useState(false);
  const rows = showsAll ? result.events : result.events.slice(0, SHOWN);

  if (result.tried === 0) {
    return <Typography textColor="neutral600">{formatMessage(t('trial.none'))}</Typography>;
  }
  return (
    <Flex direction="column" alignItems="stretch" gap={4}>
      <Typography fontWeight="bold" role="status">
        {formatMessage(t('trial.counts'), {
          count: result.tried,
          sent: result.sent,
          withheld: result.withheld,
        })}
      </Typography>
      {chosen !== null && (
        <TriedRequest input={input} eventId={chosen} onClose={() => setChosen(null)} />
      )}
      <LabelledTable
        labels={[
          formatMessage(t('events.column.event')),
          formatMessage(t('events.column.entry')),
          formatMessage(t('trial.verdict')),
        ]}
        hasButtons
      >
        {rows.map((row) => (
          <Row key={row.event.id} row={row} onChoose={() => setChosen(row.event.id)} />
        ))}
      </LabelledTable>
      {!showsAll && result.events.length > SHOWN && (
        <Box>
          <Button variant="tertiary" onClick={() => setShowsAll(true)}>
            {formatMessage(t('trial.all'), { count: result.events.length })}
          </Button>
        </Box>
      )}
    </Flex>
  );
};

const LiveTrial = ({ input }: { input: TrialInput }) => {
  const { formatMessage } = useIntl();
  const settled = JSON.parse(useDebounce(JSON.stringify(input), TYPING_PAUSE_MS)) as TrialInput;
  const { data, error, isFetching } = useTryWebhookOnLogQuery(settled);

  return (
    <Flex direction="column" alignItems="stretch" gap={4}>
      {isFetching && <Loader small>{formatMessage(t('trial.trying'))}</Loader>}
      {error !== undefined && <PreviewError error={error} />}
      {error === undefined && data !== undefined && <Results result={data} input={settled} />}
    </Flex>
  );
};

/**
 * Shows what the filter and the shape of this form would have made of the latest events.
 *
 * @param input null: the form cannot be read.
 */
export const TrialSection = ({ input }: { input: TrialInput | null }) => {
  const { formatMessage } = useIntl();
  const can = usePermissions();
  const [isOn, setIsOn] = useState(false);
  if (!can('messages.read')) return null;

  return (
    <SectionCard
      title={formatMessage(t('trial.section'))}
      subtitle={formatMessage(t('trial.section.subtitle'))}
      action={
        <Button variant="secondary" startIcon={<Play />} onClick={() => setIsOn(!isOn)}>
          {formatMessage(t(isOn ? 'trial.stop' : 'trial.start'))}
        </Button>
      }
    >
      {isOn && input === null && (
        <Typography textColor="danger600">{formatMessage(t('filter.json.bad'))}</Typography>
      )}
      {isOn && input !== null && <LiveTrial input={input} />}
    </SectionCard>
  );
};
