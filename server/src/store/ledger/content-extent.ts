/** The first and the last row of a content type. An import deletes all rows and makes others, whose ids are new. */
import { instantOf } from '../../core/ledger/compare';
import type { StoreContext } from '../sql/context';
import { integer, type Row } from '../sql/rows';
import type { ContentExtentStore } from './ledger-types';

export const createContentExtent = ({ db }: StoreContext): ContentExtentStore => ({
  async contentExtent(uid) {
    const dated = 'createdAt' in db.metadata.get(uid).attributes ? ['createdAt'] : [];
    const at = async (order: 'asc' | 'desc'): Promise<Row> =>
      (await db
        .queryBuilder(uid)
        .select(['id', ...dated])
        .orderBy({ id: order })
        .first()
        .execute<Row | null>()) ?? {};
    const [first, last] = [await at('asc'), await at('desc')];
    return {
      firstId: integer(first.id),
      firstCreatedAt: instantOf(first.createdAt),
      lastId: integer(last.id),
    };
  },
});
