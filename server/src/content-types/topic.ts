/** A named stream: which content events belong to it. Endpoints subscribe to it; messages can be published to it by name. */
import { HIDDEN } from './hidden';

export default {
  schema: {
    kind: 'collectionType',
    collectionName: 'gw_topics',
    info: { singularName: 'topic', pluralName: 'topics', displayName: 'Topic' },
    options: { draftAndPublish: false },
    pluginOptions: HIDDEN,
    attributes: {
      name: { type: 'string', required: true, column: { unique: true } },
      description: { type: 'text' },
      enabled: { type: 'boolean', default: true },
      /** Event patterns: `entry.publish`, `entry.*`, `*`. */
      events: { type: 'json' },
      /** Content type uids; null means all. */
      contentTypes: { type: 'json' },
      /** Sent with every message of the topic. Encrypted JSON text. */
      headers: { type: 'text', private: true },
      /** Counts edits, so that two people editing at once are told. */
      version: { type: 'integer', default: 1 },
      endpoints: {
        type: 'relation',
        relation: 'manyToMany',
        target: 'plugin::guaranteed-webhooks.endpoint',
        mappedBy: 'topics',
      },
    },
  },
};
