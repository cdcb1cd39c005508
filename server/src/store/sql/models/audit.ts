/** Who changed what in the panel. One row for each change. */
import { UID } from '../tables';
import { id, instant } from './columns';

export const audit = {
  uid: UID.audit,
  singularName: 'audit',
  tableName: 'gw_audit',
  attributes: {
    id: id(),
    at: instant(),
    actorKind: { type: 'string' },
    actorId: { type: 'integer' },
    actorLabel: { type: 'string' },
    action: { type: 'string' },
    item: { type: 'string' },
    itemKey: { type: 'string' },
    itemName: { type: 'string' },
    /** JSON text: the changed settings, without secrets. */
    changes: { type: 'text' },
  },
};
