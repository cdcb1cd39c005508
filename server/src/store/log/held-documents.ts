/** Keeps documents from changing until the caller's transaction ends. A change that is under way is waited for. */
import type { StoreContext } from '../sql/context';
import type { PanelStore } from './panel-types';

export const createHoldDocuments =
  ({ db, dialect, transaction }: StoreContext): PanelStore['holdDocuments'] =>
  async (uid, documentIds) => {
    const { tableName } = db.metadata.get(uid);
    await transaction((trx) => {
      const rows = db.getConnection(tableName).transacting(trx).select('id').orderBy('id');
      return dialect.lock(rows.whereIn('document_id', [...documentIds]), 'wait');
    });
  };
