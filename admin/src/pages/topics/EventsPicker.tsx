import { Checkbox, Flex, Grid, Typography } from '@strapi/design-system';
import { useField } from '@strapi/strapi/admin';
import { useIntl } from 'react-intl';

import { customPatterns, toggled } from './eventPatterns';
import { firstMessage } from '../../utils/formErrors';
import { t } from '../../utils/translation';

import { CustomEvents } from './CustomEvents';
import { EventGroup } from './EventGroup';
import { useReadOnly } from '../../components/form/useReadOnly';

import type { Catalog } from '../../../../server/src/panel/contract';

const GROUPS = ['entry', 'media', 'release', 'review-workflows', 'webhooks', 'custom'] as const;

/** Events of a topic: by name, by group, or all. */
export const EventsPicker = ({ catalog }: { catalog: Catalog }) => {
  const { formatMessage } = useIntl();
  const { value: patterns = [], onChange, rawError } = useField<string[]>('events');
  const isReadOnly = useReadOnly();
  const set = (next: string[]) => onChange('events', next);
  const error = firstMessage(rawError);
  const known = catalog.events.map((event) => event.name);

  return (
    <Flex direction="column" alignItems="stretch" gap={4}>
      <Checkbox
        checked={patterns.includes('*')}
        disabled={isReadOnly}
        onCheckedChange={() => set(toggled(patterns, '*'))}
      >
        {formatMessage(t('topic.events.everything'))}
      </Checkbox>
      <Grid.Root gap={4}>
        {GROUPS.map((group) => ({
          group,
          events: catalog.events.filter((event) => event.group === group),
        }))
          .filter(({ events }) => events.length > 0)
          .map(({ group, events }) => (
            <Grid.Item key={group} col={4} s={6} xs={12} alignItems="stretch">
              <EventGroup
                group={group}
                events={events}
                patterns={patterns}
                isReadOnly={isReadOnly}
                onChange={set}
              />
            </Grid.Item>
          ))}
      </Grid.Root>
      <CustomEvents
        custom={customPatterns(patterns, known)}
        isReadOnly={isReadOnly}
        onAdd={(name) => set([...new Set([...patterns, name])])}
        onRemove={(name) => set(toggled(patterns, name))}
      />
      {error !== undefined && (
        <Typography variant="pi" textColor="danger600" role="alert">
          {error}
        </Typography>
      )}
    </Flex>
  );
};
