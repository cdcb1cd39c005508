import { Box, Button, Flex, Tabs } from '@strapi/design-system';
import { Download } from '@strapi/icons';
import { useIntl } from 'react-intl';

import { CodeBlock } from '../../components/CodeBlock';
import { PreviewError } from '../../components/form/PreviewError';
import { jsonLines } from '../../components/json/jsonLines';
import { JsonView } from '../../components/json/JsonView';
import { SectionCard } from '../../components/SectionCard';
import { useAddressPart } from '../../hooks/useAddressPart';
import { useGetWebhookEventCatalogQuery } from '../../services/eventCatalog';
import { saveFile } from '../../utils/saveFile';
import { t } from '../../utils/translation';

import type { EventCatalogQuery } from '../../../../server/src/panel/contract';

const DOCUMENTS = [
  { format: 'typescript', name: 'TypeScript', file: 'webhooks.d.ts' },
  { format: 'json-schema', name: 'JSON Schema', file: 'webhooks.schema.json' },
  { format: 'openapi', name: 'OpenAPI', file: 'webhooks.openapi.json' },
  { format: 'asyncapi', name: 'AsyncAPI', file: 'webhooks.asyncapi.json' },
] as const satisfies readonly { format: EventCatalogQuery['format']; name: string; file: string }[];

type Chosen = (typeof DOCUMENTS)[number];

const DocumentView = ({ text, name }: { text: string; name: string }) => {
  const lines = jsonLines(text);
  return lines === null ? (
    <CodeBlock label={name}>{text}</CodeBlock>
  ) : (
    <JsonView label={name} text={text} lines={lines} />
  );
};

/** The events in each format, to copy or to download. */
export const EventDocuments = ({ endpointId }: { endpointId: number | undefined }) => {
  const { formatMessage } = useIntl();
  const [format, setFormat] = useAddressPart('format');
  const chosen: Chosen = DOCUMENTS.find((one) => one.format === format) ?? DOCUMENTS[0];
  const { currentData: text, error } = useGetWebhookEventCatalogQuery({
    format: chosen.format,
    endpointId,
  });

  return (
    <SectionCard
      title={formatMessage(t('event-catalog.documents'))}
      subtitle={formatMessage(t('event-catalog.documents.hint'), {
        command: <code key="command">npx strapi-plugin-guaranteed-webhooks types</code>,
      })}
      action={
        <Button
          variant="tertiary"
          size="S"
          startIcon={<Download />}
          disabled={text === undefined}
          onClick={() =>
            text !== undefined && saveFile(new Blob([text], { type: 'text/plain' }), chosen.file)
          }
        >
          {formatMessage(t('event-catalog.download'))}
        </Button>
      }
    >
      <Tabs.Root variant="simple" value={chosen.format} onValueChange={setFormat}>
        <Tabs.List aria-label={formatMessage(t('event-catalog.format'))}>
          {DOCUMENTS.map(({ format: id, name }) => (
            <Tabs.Trigger key={id} value={id}>
              {name}
            </Tabs.Trigger>
          ))}
        </Tabs.List>
        {DOCUMENTS.map(({ format: id, name }) => (
          <Tabs.Content key={id} value={id}>
            <Box paddingTop={4}>
              <Flex direction="column" alignItems="stretch" minHeight="10rem">
                {error && <PreviewError error={error} />}
                {id === chosen.format && text !== undefined && (
                  <DocumentView text={text} name={name} />
                )}
              </Flex>
            </Box>
          </Tabs.Content>
        ))}
      </Tabs.Root>
    </SectionCard>
  );
};
