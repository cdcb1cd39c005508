/**
 * Remembers which fields each endpoint is sent, and tells when a content type changes them. A change by
 * the user of the endpoint or its topics is expected: its fields are remembered at once.
 *
 * Only what is known is stored. Each node computes the changes from it, so all find the same.
 */
import isEqual from 'lodash/isEqual';

import {
  schemaChanges,
  sentFields,
  withNewFields,
  type SchemaChange,
  type SentFields,
} from '../../core/catalog/sent-fields';
import { matchesEvent } from '../../core/routing/subscription';
import { PLAIN_SHAPE } from '../../core/shape/shape';
import type { EndpointRecord, FullStore, TopicRecord } from '../../store/types';
import type { Log } from '../loop/ports';
import { typesOf, type FilterSchema } from './broken-filters';
import type { Directory } from './directory';

/** An endpoint that is sent something else than before. */
export interface ChangedEndpoint {
  id: number;
  name: string;
  changes: readonly SchemaChange[];
}

export interface SchemaGuard {
  /** Remembers the fields of new and changed endpoints, and logs changes of content types. */
  look(): Promise<void>;
  /** As `look`, when topics or endpoints have changed since. */
  lookIfChanged(): Promise<void>;
  /** Endpoints with changes that nobody has acknowledged, as of the last look. */
  changed(): ChangedEndpoint[];
  /** Remembers what the endpoint is sent now. Other nodes look again. */
  acknowledge(endpointId: number): Promise<void>;
}

/** Stored as JSON, for each endpoint. */
interface Known {
  /** Changes when the user changes the topics or the shape. */
  subscription: string;
  fields: SentFields;
}

interface Finding {
  endpointId: number;
  subscription: string;
  changes: readonly SchemaChange[];
}

type Endpoint = Pick<EndpointRecord, 'id' | 'name' | 'topicIds' | 'shape'>;

const PREFIX = 'sent-fields:';

const nameOf = (endpointId: number): string => `${PREFIX}${endpointId}`;

const LISTED = 5;

const changeText = ({ path, from, to }: SchemaChange): string =>
  to === null ? `${path} was removed` : `${path} was ${from} and is ${to}`;

/** For the log and the overview. */
export function changedText({ name, changes }: ChangedEndpoint): string {
  const listed = changes.slice(0, LISTED).map(changeText).join('; ');
  const rest = changes.length - LISTED;
  const more = rest > 0 ? `; and ${rest} more` : '';
  return (
    `A content type changed what endpoint "${name}" is sent: ${listed}${more}. ` +
    'Check its receiver, then acknowledge the change on the page of the endpoint.'
  );
}

/** Content types, and the events of their entries. */
export interface EventSchema extends FilterSchema {
  /** Empty for types that the Content Manager does not show. */
  eventsOf(uid: string): readonly string[];
}

interface Parts {
  store: Pick<
    FullStore,
    'readSettings' | 'writeSetting' | 'removeSettings' | 'inTransaction' | 'touchDirectory'
  >;
  directory: Pick<Directory, 'topics' | 'endpoints' | 'version'>;
  schema: EventSchema;
  log: Log;
}

export function createSchemaGuard({ store, directory, schema, log }: Parts): SchemaGuard {
  let lookedAt: string | null = null;
  let findings: readonly Finding[] = [];
  const warned = new Set<string>();

  const topicsOf = ({ topicIds }: Endpoint): TopicRecord[] =>
    directory.topics().filter(({ id, enabled }) => enabled && topicIds.includes(id));

  const subscriptionOf = (endpoint: Endpoint): string =>
    JSON.stringify([
      topicsOf(endpoint).map(({ id, events, contentTypes }) => [id, events, contentTypes]),
      endpoint.shape,
    ]);

  const eventsOf = (topic: TopicRecord): { name: string; uid: string }[] =>
    typesOf(topic, schema).flatMap((uid) =>
      schema
        .eventsOf(uid)
        .filter((name) => topic.events.some((pattern) => matchesEvent(pattern, name)))
        .map((name) => ({ name, uid }))
    );

  function current(endpoint: Endpoint): Known {
    const events = topicsOf(endpoint).flatMap(eventsOf);
    const fields = sentFields(events, endpoint.shape ?? PLAIN_SHAPE, schema.schemas);
    return { subscription: subscriptionOf(endpoint), fields };
  }

  const write = (endpointId: number, known: Known): Promise<void> =>
    store.writeSetting(nameOf(endpointId), JSON.stringify(known));

  /** @param text what is stored, with the topics and the shape of that time. */
  async function compare(endpoint: Endpoint, text: string | undefined): Promise<Finding> {
    const now = current(endpoint);
    const stored = text === undefined ? null : (JSON.parse(text) as Known);
    const known = stored?.subscription === now.subscription ? stored : now;
    const next = { ...known, fields: withNewFields(known.fields, now.fields) };
    if (!isEqual(next, stored)) await write(endpoint.id, next);
    const changes = schemaChanges(known.fields, now.fields);
    return { endpointId: endpoint.id, subscription: now.subscription, changes };
  }

  function changed(): ChangedEndpoint[] {
    return directory.endpoints().flatMap((endpoint) => {
      const found = findings.find(({ endpointId }) => endpointId === endpoint.id);
      const isCurrent = found?.subscription === subscriptionOf(endpoint);
      if (found === undefined || !isCurrent || found.changes.length === 0) return [];
      return [{ id: endpoint.id, name: endpoint.name, changes: found.changes }];
    });
  }

  async function look(): Promise<void> {
    const version = directory.version();
    const stored = await store.readSettings(PREFIX);
    const found: Finding[] = [];
    for (const endpoint of directory.endpoints()) {
      found.push(await compare(endpoint, stored.get(nameOf(endpoint.id))));
    }
    findings = found;
    const left = new Set(found.map(({ endpointId }) => nameOf(endpointId)));
    const gone = [...stored.keys()].filter((name) => !left.has(name));
    if (gone.length > 0) await store.removeSettings(gone);
    for (const text of changed().map(changedText)) {
      if (!warned.has(text)) log.warn(text);
      warned.add(text);
    }
    lookedAt = version;
  }

  return {
    look,
    changed,

    async lookIfChanged() {
      if (directory.version() !== lookedAt) await look();
    },

    async acknowledge(endpointId) {
      const endpoint = directory.endpoints().find(({ id }) => id === endpointId);
      if (endpoint === undefined) return;
      await store.inTransaction(async () => {
        await write(endpointId, current(endpoint));
        await store.touchDirectory();
      });
      await look();
    },
  };
}
