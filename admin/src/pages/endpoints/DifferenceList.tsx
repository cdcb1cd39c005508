import { Flex, Link, Typography } from '@strapi/design-system';
import { useState } from 'react';
import { useIntl } from 'react-intl';
import { NavLink } from 'react-router-dom';

import { KeysetPager } from '../../components/KeysetPager';
import { LabelledTable } from '../../components/LabelledTable';
import { OneChoice } from '../../components/OneChoice';
import { Td, Tr } from '../../components/Table';
import { useTypeName } from '../../hooks/useTypeName';
import { useListWebhookDifferencesQuery } from '../../services/ledger';
import { t } from '../../utils/translation';

import type {
  DifferenceQuery,
  DifferenceView,
  JobView,
} from '../../../../server/src/panel/contract';

type Findings = NonNullable<JobView['findings']>;

export const KINDS = ['missing', 'outdated', 'orphaned'] as const;
const PAGE_SIZE = 20;

const entryPath = ({ contentType, isSingle, documentId, locale }: DifferenceView): string => {
  const query = locale === null ? '' : `?plugins[i18n][locale]=${encodeURIComponent(locale)}`;
  const place = isSingle
    ? `single-types/${contentType}`
    : `collection-types/${contentType}/${documentId}`;
  return `/content-manager/${place}${query}`;
};

const Entry = ({ difference }: { difference: DifferenceView }) => {
  const { documentId, title, kind } = difference;
  const name = title ?? documentId;
  if (kind === 'orphaned') return <Typography>{name}</Typography>;
  return (
    <Link tag={NavLink} to={entryPath(difference)}>
      {name}
    </Link>
  );
};

const Row = ({ difference }: { difference: DifferenceView }) => {
  const { formatMessage } = useIntl();
  const typeName = useTypeName();
  const { contentType, locale, status, kind } = difference;
  return (
    <Tr>
      <Td>
        <Entry difference={difference} />
      </Td>
      <Td>
        <Typography>{typeName(contentType)}</Typography>
      </Td>
      <Td>
        <Typography>
          {[formatMessage(t(`trial.status.${status}`)), locale].filter(Boolean).join(' · ')}
        </Typography>
      </Td>
      <Td>
        <Typography>{formatMessage(t(`ledger.kind.${kind}`))}</Typography>
      </Td>
    </Tr>
  );
};

interface DifferenceListProps {
  endpointId: number;
  /** The comparison that has found them. */
  jobId: number;
  byType: Findings['byType'];
}

/** The differences that a comparison has found, by kind and content type. */
export const DifferenceList = ({ endpointId, jobId, byType }: DifferenceListProps) => {
  const { formatMessage } = useIntl();
  const typeName = useTypeName();
  const [query, setQuery] = useState<DifferenceQuery>({});
  const { data } = useListWebhookDifferencesQuery({
    ...{ endpointId, jobId, pageSize: PAGE_SIZE },
    ...query,
  });
  const types = Object.keys(byType);
  const kinds = KINDS.filter((kind) => types.some((uid) => (byType[uid]?.[kind] ?? 0) > 0));
  const label = (column: 'entry' | 'type' | 'version' | 'kind') =>
    formatMessage(t(`ledger.column.${column}`));

  return (
    <Flex direction="column" alignItems="stretch" gap={4}>
      {(types.length > 1 || kinds.length > 1) && (
        <Flex gap={4} wrap="wrap">
          <OneChoice
            label={label('kind')}
            value={query.kind ?? ''}
            options={kinds.map((kind) => ({
              value: kind,
              label: formatMessage(t(`ledger.kind.${kind}`)),
            }))}
            onChoose={(chosen) =>
              setQuery(({ contentType }) => ({
                ...(contentType !== undefined && { contentType }),
                kind: chosen as (typeof KINDS)[number],
              }))
            }
            onClear={() =>
              setQuery(({ contentType }) => (contentType === undefined ? {} : { contentType }))
            }
          />
          <OneChoice
            label={label('type')}
            value={query.contentType ?? ''}
            options={types.map((uid) => ({ value: uid, label: typeName(uid) }))}
            onChoose={(contentType) =>
              setQuery(({ kind }) => ({
                ...(kind !== undefined && { kind }),
                contentType,
              }))
            }
            onClear={() => setQuery(({ kind }) => (kind === undefined ? {} : { kind }))}
          />
        </Flex>
      )}
      {data?.results.length === 0 ? (
        <Typography textColor="neutral600">{formatMessage(t('ledger.none'))}</Typography>
      ) : (
        <LabelledTable labels={(['entry', 'type', 'version', 'kind'] as const).map(label)}>
          {(data?.results ?? []).map((difference) => {
            const { contentType, documentId, locale, status } = difference;
            const key = [contentType, documentId, locale, status].join(' ');
            return <Row key={key} difference={difference} />;
          })}
        </LabelledTable>
      )}
      <KeysetPager
        isTimeless
        cursor={query.cursor}
        nextCursor={data?.nextCursor}
        onGo={(cursor) =>
          setQuery(({ kind, contentType }) => ({
            ...(kind !== undefined && { kind }),
            ...(contentType !== undefined && { contentType }),
            ...(cursor !== undefined && { cursor }),
          }))
        }
      />
    </Flex>
  );
};
