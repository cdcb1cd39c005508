import { Box, Button, Flex, Searchbar, Typography } from '@strapi/design-system';
import { useMemo, useState } from 'react';
import { useIntl } from 'react-intl';

import { t } from '../../utils/translation';
import { CodeBlock, CopyCorner } from '../CodeBlock';
import { JsonLines } from './JsonLines';
import { matchingLines, type JsonLine } from './jsonLines';

/** Lines from which a search is offered. */
const SEARCHED_FROM = 12;

interface JsonSearchProps {
  label: string;
  search: string;
  matches: number;
  onSearch: (search: string) => void;
}

const JsonSearch = ({ label, search, matches, onSearch }: JsonSearchProps) => {
  const { formatMessage } = useIntl();
  return (
    <>
      {/* Not a form: it may be inside one. */}
      <Box
        role="search"
        width="min(100%, 24rem)"
        onKeyDown={(event: React.KeyboardEvent) => event.key === 'Enter' && event.preventDefault()}
      >
        <Searchbar
          name={`search-${label}`}
          size="S"
          value={search}
          placeholder={formatMessage(t('json.search'))}
          clearLabel={formatMessage(t('filter.search.clear'))}
          onChange={(event: React.ChangeEvent<HTMLInputElement>) => onSearch(event.target.value)}
          onClear={() => onSearch('')}
        >
          {formatMessage(t('json.search'))}
        </Searchbar>
      </Box>
      <Typography role="status" variant="pi" textColor="neutral600">
        {search.trim() !== '' && formatMessage(t('json.matches'), { count: matches })}
      </Typography>
    </>
  );
};

interface JsonViewProps {
  /** Indented. */
  text: string;
  lines: readonly JsonLine[];
  label: string;
  /** The bytes as they were sent. Absent: only indented. */
  raw?: string;
  maxHeight?: string;
}

/** JSON to read and to search, or as it was sent. */
export const JsonView = ({ text, lines, label, raw, maxHeight = '40rem' }: JsonViewProps) => {
  const { formatMessage } = useIntl();
  const [folded, setFolded] = useState<ReadonlySet<number>>(new Set());
  const [search, setSearch] = useState('');
  const [isRaw, setIsRaw] = useState(false);
  const matches = useMemo(() => new Set(matchingLines(lines, search)), [lines, search]);

  return (
    <Flex direction="column" alignItems="stretch" gap={2} width="100%">
      <Flex gap={3} wrap="wrap">
        {!isRaw && lines.length >= SEARCHED_FROM && (
          <JsonSearch
            label={label}
            search={search}
            matches={matches.size}
            onSearch={(next) => {
              setSearch(next);
              setFolded(new Set());
            }}
          />
        )}
        {raw !== undefined && (
          <Button size="S" variant="tertiary" onClick={() => setIsRaw(!isRaw)}>
            {formatMessage(t(isRaw ? 'json.formatted' : 'json.raw'))}
          </Button>
        )}
      </Flex>
      {isRaw && raw !== undefined ? (
        <CodeBlock label={label} maxHeight={maxHeight}>
          {raw}
        </CodeBlock>
      ) : (
        <Box position="relative" width="100%">
          <JsonLines
            lines={lines}
            folded={folded}
            onFold={setFolded}
            matches={matches}
            label={label}
            maxHeight={maxHeight}
          />
          <CopyCorner text={text} label={label} />
        </Box>
      )}
    </Flex>
  );
};
