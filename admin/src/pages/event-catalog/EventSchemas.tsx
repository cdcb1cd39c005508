import { Accordion, Box, Flex, Grid, Typography } from '@strapi/design-system';
import { useMemo } from 'react';
import { useIntl } from 'react-intl';

import { jsonLines } from '../../components/json/jsonLines';
import { JsonView } from '../../components/json/JsonView';
import { SearchField } from '../../components/SearchField';
import { SectionCard } from '../../components/SectionCard';
import { useAddressPart } from '../../hooks/useAddressPart';
import { useGetWebhookEventCatalogQuery } from '../../services/eventCatalog';
import { t, type TranslationKey } from '../../utils/translation';

import { catalogEvents, matchingEvents, type CatalogEvent } from './catalogEvents';

const Json = ({ label, text }: { label: TranslationKey; text: string }) => {
  const { formatMessage } = useIntl();
  return (
    <Flex direction="column" alignItems="stretch" gap={2} width="100%">
      <Typography variant="pi" fontWeight="bold">
        {formatMessage(t(label))}
      </Typography>
      <JsonView label={formatMessage(t(label))} text={text} lines={jsonLines(text) ?? []} />
    </Flex>
  );
};

const EventItem = ({ event, isOpen }: { event: CatalogEvent; isOpen: boolean }) => (
  <Accordion.Item value={event.type}>
    <Accordion.Header>
      <Accordion.Trigger>
        <span style={{ whiteSpace: 'normal', textAlign: 'left', overflowWrap: 'anywhere' }}>
          {event.title}
        </span>
      </Accordion.Trigger>
    </Accordion.Header>
    <Accordion.Content>
      {isOpen && (
        <Box padding={4}>
          <Grid.Root gap={4}>
            <Grid.Item col={6} s={12} xs={12} alignItems="flex-start">
              <Json label="event-catalog.example" text={event.example} />
            </Grid.Item>
            <Grid.Item col={6} s={12} xs={12} alignItems="flex-start">
              <Json label="event-catalog.schema" text={event.schema} />
            </Grid.Item>
          </Grid.Root>
        </Box>
      )}
    </Accordion.Content>
  </Accordion.Item>
);

/** Each event with an example and its schema. */
export const EventSchemas = ({ endpointId }: { endpointId: number | undefined }) => {
  const { formatMessage } = useIntl();
  const [search, setSearch] = useAddressPart('search');
  const [open, setOpen] = useAddressPart('event');
  const { currentData } = useGetWebhookEventCatalogQuery({ format: 'json-schema', endpointId });
  const events = useMemo(
    () => (currentData === undefined ? undefined : catalogEvents(currentData)),
    [currentData]
  );
  if (events === undefined) return null;
  const shown = matchingEvents(events, search ?? '');

  return (
    <SectionCard
      title={formatMessage(t('event-catalog.events'), { count: events.length })}
      action={
        <SearchField
          label="event-catalog.search"
          placeholder="event-catalog.search"
          search={search ?? ''}
          onSearch={(next) => setSearch(next === '' ? null : next)}
        />
      }
    >
      {shown.length === 0 ? (
        <Typography textColor="neutral600">
          {formatMessage(t(events.length === 0 ? 'event-catalog.empty' : 'event-catalog.no-match'))}
        </Typography>
      ) : (
        <Accordion.Root
          size="S"
          collapsible
          value={open ?? ''}
          onValueChange={(type: string) => setOpen(type === '' ? null : type)}
        >
          {shown.map((event) => (
            <EventItem key={event.type} event={event} isOpen={event.type === open} />
          ))}
        </Accordion.Root>
      )}
    </SectionCard>
  );
};
