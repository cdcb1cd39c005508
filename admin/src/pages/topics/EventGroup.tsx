import { Box, Checkbox, Flex, Typography } from '@strapi/design-system';
import { useIntl } from 'react-intl';

import { isCovered, toggled, wildcardOf } from './eventPatterns';
import { t } from '../../utils/translation';

import type { Catalog } from '../../../../server/src/panel/contract';

type CatalogEvent = Catalog['events'][number];

interface EventGroupProps {
  group: CatalogEvent['group'];
  events: readonly CatalogEvent[];
  patterns: readonly string[];
  isReadOnly: boolean;
  onChange: (patterns: string[]) => void;
}

/** Events of one group. The group's checkbox includes future ones. */
export const EventGroup = ({ group, events, patterns, isReadOnly, onChange }: EventGroupProps) => {
  const { formatMessage } = useIntl();
  const label = formatMessage(t(`topic.events.group.${group}`));
  const [first] = events;
  const wildcard = first === undefined || group === 'custom' ? null : wildcardOf(first.name);

  return (
    <Box tag="fieldset" borderColor="neutral200" hasRadius padding={4} width="100%">
      <Typography tag="legend" variant="sigma" textColor="neutral600">
        {label}
      </Typography>
      <Flex direction="column" alignItems="flex-start" gap={2} paddingTop={2}>
        {wildcard !== null && (
          <Checkbox
            checked={patterns.includes('*') || patterns.includes(wildcard)}
            disabled={isReadOnly || patterns.includes('*')}
            onCheckedChange={() => onChange(toggled(patterns, wildcard))}
          >
            {formatMessage(t('topic.events.all-of'), { pattern: wildcard })}
          </Checkbox>
        )}
        {events.map(({ name }) => (
          <Checkbox
            key={name}
            checked={isCovered(patterns, name) || patterns.includes(name)}
            disabled={isReadOnly || isCovered(patterns, name)}
            onCheckedChange={() => onChange(toggled(patterns, name))}
          >
            {name}
          </Checkbox>
        ))}
      </Flex>
    </Box>
  );
};
