/** The chips above a list of messages: every condition of the filter, and the filter without it. */
import { chipsOf } from '../../admin/src/components/messages/filterChips';
import { parseFilter } from '../../admin/src/components/messages/filterParams';
import { filterQuery } from '../../admin/src/utils/paths';

it('has a chip for each value, and none for the search', () => {
  const filter = {
    displayed: ['held' as const, 'retrying' as const],
    entryDocumentId: 'abc',
    search: 'x',
  };
  expect(chipsOf(filter)).toEqual([
    { field: 'displayed', value: 'held', rest: { ...filter, displayed: ['retrying'] } },
    { field: 'displayed', value: 'retrying', rest: { ...filter, displayed: ['held'] } },
    { field: 'entryDocumentId', value: 'abc', rest: { ...filter, entryDocumentId: undefined } },
  ]);
});

it('removes the field with its last value', () => {
  expect(chipsOf({ endpointId: [7] })).toEqual([
    { field: 'endpointId', value: 7, rest: { endpointId: undefined } },
  ]);
});

it('is read from the address as it was written, statuses as displayed included', () => {
  const filter = { displayed: ['held' as const], endpointId: [7], from: 5 };
  expect(parseFilter(filterQuery(filter))).toEqual(filter);
  expect(parseFilter(new URLSearchParams('displayed=nonsense'))).toEqual({});
});
