import { Box } from '@strapi/design-system';
import { useIntl } from 'react-intl';

import { Instant } from '../../components/Instant';
import { Notice } from '../../components/Notice';
import { t } from '../../utils/translation';

import type { Overview } from '../../../../server/src/panel/contract';

type Internal = Overview['missingInternals'][number];

/** Names by what is affected, in the order of their first appearance. */
function byConsequence(missing: readonly Internal[]): [Internal['affects'], string[]][] {
  const affected = [...new Set(missing.map(({ affects }) => affects))];
  return affected.map((one) => [
    one,
    missing.filter(({ affects }) => affects === one).map(({ name }) => name),
  ]);
}

/** Missing internals of Strapi, and missed events. */
export const StrapiProblems = ({ overview }: { overview: Overview }) => {
  const { formatMessage } = useIntl();
  const { missingInternals, missedEvents } = overview;

  return (
    <>
      {missingInternals.length > 0 && (
        <Notice variant="danger" title={formatMessage(t('overview.internals.title'))}>
          {byConsequence(missingInternals).map(([affects, names]) => (
            <Box key={affects} tag="span" display="block">
              {formatMessage(t(`overview.internals.${affects}`))}{' '}
              {formatMessage(t('overview.internals.names'), { names: names.join(', ') })}
            </Box>
          ))}
        </Notice>
      )}
      {missedEvents.length > 0 && (
        <Notice variant="danger" title={formatMessage(t('overview.missed.title'))}>
          {formatMessage(t('overview.missed.body'))}
          {missedEvents.map(({ event, uid, count, lastAt }) => (
            <Box key={`${event} ${uid}`} tag="span" display="block">
              {formatMessage(t('overview.missed.event'), { event, uid, count })}{' '}
              <Instant at={lastAt} />
            </Box>
          ))}
        </Notice>
      )}
    </>
  );
};
