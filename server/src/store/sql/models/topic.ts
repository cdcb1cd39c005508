/**
 * A named stream of content events. Endpoints subscribe to it; messages can be published to it by
 * name.
 */
import { UID } from '../tables';
import { id, timestamps } from './columns';

export const topic = {
  uid: UID.topic,
  singularName: 'topic',
  tableName: 'gw_topics',
  attributes: {
    id: id(),
    name: { type: 'string', column: { unique: true } },
    description: { type: 'text' },
    enabled: { type: 'boolean', default: true },
    /** Event patterns: `entry.publish`, `entry.*`, `*`. */
    events: { type: 'json' },
    /** Content type uids; null means all. */
    contentTypes: { type: 'json' },
    /** `core/filter`; null: every event. */
    filter: { type: 'json' },
    /** Sent with every message of the topic. Encrypted JSON text. */
    headers: { type: 'text' },
    /** The file that describes it; null: it is edited in the panel. */
    managedBy: { type: 'string' },
    /** Counts edits, to detect concurrent ones. */
    version: { type: 'integer', default: 1 },
    endpoints: {
      type: 'relation',
      relation: 'manyToMany',
      target: UID.endpoint,
      mappedBy: 'topics',
    },
    ...timestamps(),
  },
};
