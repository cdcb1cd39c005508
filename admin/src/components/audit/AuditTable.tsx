import { Box, Flex, IconButton, Link, Typography } from '@strapi/design-system';
import { Filter } from '@strapi/icons';
import { useIntl } from 'react-intl';
import { NavLink } from 'react-router-dom';

import { endpointPath, messagePath, schedulePath, topicPath } from '../../utils/paths';
import { t, type TranslationKey } from '../../utils/translation';
import { Instant } from '../Instant';
import { LabelledTable } from '../LabelledTable';
import { Td, Tr } from '../Table';

import { ChangeList } from './ChangeList';

import type { AuditEntry } from '../../../../server/src/panel/contract';

/** Pages of the kinds of items that have one. */
const PATHS: Partial<Record<AuditEntry['item'], (key: string) => string>> = {
  topic: (key) => topicPath(Number(key)),
  endpoint: (key) => endpointPath(Number(key)),
  schedule: schedulePath,
  message: messagePath,
};

const pathOf = ({ item, key, action }: AuditEntry): string | null =>
  key === null || action === 'delete' ? null : (PATHS[item]?.(key) ?? null);

const Item = ({ entry, onOnly }: { entry: AuditEntry; onOnly: (() => void) | undefined }) => {
  const { formatMessage } = useIntl();
  const path = pathOf(entry);
  const name = entry.name ?? entry.key;

  return (
    <Flex gap={2}>
      <Flex direction="column" alignItems="flex-start">
        <Typography variant="pi" textColor="neutral600">
          {formatMessage(t(`audit.item.${entry.item}`))}
        </Typography>
        {name !== null &&
          (path === null ? (
            <Typography>{name}</Typography>
          ) : (
            <Link tag={NavLink} to={path}>
              {name}
            </Link>
          ))}
      </Flex>
      {onOnly && entry.key !== null && (
        <IconButton
          variant="ghost"
          withTooltip={false}
          label={formatMessage(t('audit.only'), { name: name ?? '' })}
          onClick={onOnly}
        >
          <Filter />
        </IconButton>
      )}
    </Flex>
  );
};

interface AuditTableProps {
  entries: readonly AuditEntry[];
  /** False where all entries are about the same item. */
  hasItem?: boolean;
  /** Narrows the list to an item. */
  onOnly?: (entry: AuditEntry) => void;
}

const COLUMNS = ['when', 'who', 'action', 'item', 'changes'] as const;

/** Entries of the audit log. */
export const AuditTable = ({ entries, hasItem = true, onOnly }: AuditTableProps) => {
  const { formatMessage } = useIntl();
  const columns = COLUMNS.filter((name) => hasItem || name !== 'item');

  return (
    // Ids and addresses have no spaces to break at.
    <Box style={{ overflowWrap: 'anywhere' }}>
      <LabelledTable labels={columns.map((name) => formatMessage(t(`audit.column.${name}`)))}>
        {entries.map((entry) => (
          <Tr key={entry.id}>
            <Td>
              <Typography>
                <Instant at={entry.at} />
              </Typography>
            </Td>
            <Td>
              <Typography>
                {formatMessage(t(`actor.${entry.actor.kind}`), { label: entry.actor.label ?? '' })}
              </Typography>
            </Td>
            <Td>
              <Typography>
                {formatMessage(t(`audit.action.${entry.action}` as TranslationKey))}
              </Typography>
            </Td>
            {hasItem && (
              <Td>
                <Item entry={entry} onOnly={onOnly && (() => onOnly(entry))} />
              </Td>
            )}
            <Td>
              <ChangeList changes={entry.changes} />
            </Td>
          </Tr>
        ))}
      </LabelledTable>
    </Box>
  );
};
