/** How many events a filter withheld, with the latest of them. One row for each topic and endpoint. */
import { UID } from '../tables';
import { id, instant } from './columns';

export const withheld = {
  uid: UID.withheld,
  singularName: 'withheld',
  tableName: 'gw_withheld',
  attributes: {
    id: id(),
    /** `topic:<id>` or `endpoint:<id>`. */
    holder: { type: 'string', column: { unique: true } },
    total: instant(),
    /** JSON text: the latest ones, newest first. */
    latest: { type: 'text' },
  },
};
