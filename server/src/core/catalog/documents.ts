/** Documents about what the plugin sends: JSON Schema 2020-12, OpenAPI 3.1, AsyncAPI 3 and TypeScript. */
import type { Schemas } from '../filter/fields';
import type { Included } from '../shape/view';
import { inBatches } from './batches';
import { exampleOf } from './example';
import {
  eventSchemas,
  type CatalogEvent,
  type EventSchemas,
  type JsonSchema,
  type PayloadOf,
} from './json-schema';
import { TYPE_PREFIX, typescriptOf } from './typescript';

export const CATALOG_FORMATS = ['json-schema', 'openapi', 'asyncapi', 'typescript'] as const;
export type CatalogFormat = (typeof CATALOG_FORMATS)[number];

export interface CatalogSource {
  events: readonly CatalogEvent[];
  schemas: Schemas;
  payload: PayloadOf;
  include?: readonly Included[];
  /** Many events are one message. */
  batched?: boolean;
  /** Of the app. */
  title: string;
}

const PREFIXES: Record<CatalogFormat, string> = {
  'json-schema': '#/$defs/',
  openapi: '#/components/schemas/',
  asyncapi: '#/components/schemas/',
  typescript: TYPE_PREFIX,
};

const SIGNATURE_HEADERS: Readonly<Record<string, string>> = {
  'webhook-id': 'Id of the message. The same at each attempt: use it to ignore duplicates.',
  'webhook-timestamp': 'Time of the attempt, seconds since 1970.',
  'webhook-signature': 'Signature as in Standard Webhooks.',
};

/** @returns a JSON document, or TypeScript declarations as text. */
export function catalogDocument(format: CatalogFormat, source: CatalogSource): object | string {
  const prefix = PREFIXES[format];
  const single = eventSchemas(source.events, { ...source, prefix });
  const made = source.batched === true ? inBatches(single, prefix) : single;
  switch (format) {
    case 'json-schema':
      return jsonSchemaOf(made, source.title);
    case 'openapi':
      return openapiOf(made, source.title);
    case 'asyncapi':
      return asyncapiOf(made, source.title);
    case 'typescript':
      return typescriptOf(made);
  }
}

function schemasOf({ events, definitions }: EventSchemas): Record<string, JsonSchema> {
  const ofEvents = [...events].map(([name, { schema }]) => [`${name}Event`, schema] as const);
  return Object.fromEntries([...definitions, ...ofEvents]);
}

function jsonSchemaOf(made: EventSchemas, title: string): object {
  const prefix = PREFIXES['json-schema'];
  const schemas = schemasOf(made);
  const described = [...made.events].map(([name, { event, schema }]): [string, JsonSchema] => {
    const examples = [exampleIn(prefix, schemas, `${name}Event`)];
    return [`${name}Event`, { title: summaryOf(event), ...schema, examples }];
  });
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: `Webhooks of ${title}`,
    anyOf: described.map(([name]) => ({ $ref: prefix + name })),
    $defs: { ...schemas, ...Object.fromEntries(described) },
  };
}

const infoOf = (title: string) => ({ title: `Webhooks of ${title}`, version: '1.0.0' });

const summaryOf = ({ name, uid }: CatalogEvent): string =>
  uid === null || name.startsWith('media.') ? name : `${name} of ${uid}`;

function exampleIn(prefix: string, schemas: Record<string, JsonSchema>, name: string): unknown {
  return exampleOf(schemas[name] ?? {}, (ref) => schemas[ref.slice(prefix.length)] ?? {});
}

function openapiOf(made: EventSchemas, title: string): object {
  const schemas = schemasOf(made);
  const prefix = PREFIXES.openapi;
  const parameters = Object.entries(SIGNATURE_HEADERS).map(([name, description]) => ({
    name,
    in: 'header',
    required: false,
    description,
    schema: { type: 'string' },
  }));
  const webhooks = [...made.events].map(([name, { event }]) => {
    const body = {
      schema: { $ref: `${prefix}${name}Event` },
      example: exampleIn(prefix, schemas, `${name}Event`),
    };
    const post: object = {
      operationId: `receive${name}`,
      summary: summaryOf(event),
      parameters,
      requestBody: { required: true, content: { 'application/json': body } },
      responses: { '2XX': { description: 'Delivered. Every other response is retried.' } },
    };
    return [name, { post }] as const;
  });
  return {
    openapi: '3.1.0',
    info: infoOf(title),
    jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
    webhooks: Object.fromEntries(webhooks),
    components: { schemas },
  };
}

function asyncapiOf(made: EventSchemas, title: string): object {
  const schemas = schemasOf(made);
  const prefix = PREFIXES.asyncapi;
  const names = [...made.events.keys()];
  const messages = [...made.events].map(([name, { event }]): [string, object] => [
    name,
    {
      name,
      title: summaryOf(event),
      contentType: 'application/json',
      headers: {
        type: 'object',
        properties: Object.fromEntries(
          Object.entries(SIGNATURE_HEADERS).map(([header, description]) => [
            header,
            { type: 'string', description },
          ])
        ),
      },
      payload: { $ref: `${prefix}${name}Event` },
      examples: [{ payload: exampleIn(prefix, schemas, `${name}Event`) }],
    },
  ]);
  const reference = (path: string) => ({ $ref: path });
  return {
    asyncapi: '3.0.0',
    info: infoOf(title),
    defaultContentType: 'application/json',
    channels: {
      webhooks: {
        address: null,
        description: 'The URL of the endpoint. Each message is a POST request.',
        messages: Object.fromEntries(
          names.map((name) => [name, reference(`#/components/messages/${name}`)])
        ),
      },
    },
    operations: {
      receiveWebhook: { action: 'receive', channel: reference('#/channels/webhooks') },
    },
    components: { messages: Object.fromEntries(messages), schemas },
  };
}
