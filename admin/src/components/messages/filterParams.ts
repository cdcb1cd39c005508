/**
 * Converts the message filter to and from the page's URL. Ignores unknown and invalid parts. Pure.
 */
import type {
  DisplayedState,
  MessageListFilter,
  MessageState,
} from '../../../../server/src/panel/contract';

const STATES: readonly MessageState[] = ['pending', 'active', 'delivered', 'dead', 'canceled'];
export const DISPLAYED_STATES: readonly DisplayedState[] = [
  'pending',
  'retrying',
  'held',
  'active',
  'delivered',
  'dead',
  'canceled',
];
const TEXT_LISTS = [
  'topic',
  'event',
  'uid',
  'label',
  'messageId',
  'queue',
  'flowControlKey',
  'scheduleId',
] as const;
const NUMBER_LISTS = ['endpointId', 'status'] as const;
const NUMBERS = ['from', 'to', 'jobId'] as const;
const TEXTS = ['search', 'entryDocumentId'] as const;

const wholeNumber = (text: string | null): number | undefined =>
  text !== null && /^\d+$/.test(text) ? Number(text) : undefined;

const known = <T extends string>(texts: readonly string[], values: readonly T[]): T[] =>
  values.filter((value) => texts.includes(value));

export const parseFilter = (params: URLSearchParams): MessageListFilter => {
  const filter: MessageListFilter = {};
  const put = <K extends 'state' | 'displayed'>(name: K, values: MessageListFilter[K] & object) => {
    if (values.length > 0) filter[name] = values;
  };
  put('state', known(params.getAll('state'), STATES));
  put('displayed', known(params.getAll('displayed'), DISPLAYED_STATES));
  for (const name of TEXT_LISTS) {
    const values = params.getAll(name).filter((text) => text !== '');
    if (values.length > 0) filter[name] = values;
  }
  for (const name of NUMBER_LISTS) {
    const values = params
      .getAll(name)
      .map(wholeNumber)
      .filter((value) => value !== undefined);
    if (values.length > 0) filter[name] = values;
  }
  for (const name of NUMBERS) {
    const value = wholeNumber(params.get(name));
    if (value !== undefined) filter[name] = value;
  }
  for (const name of TEXTS) {
    const value = params.get(name)?.trim();
    if (value !== undefined && value !== '') filter[name] = value;
  }
  return filter;
};

/** Number of active filters, for the badge. */
export const countFilters = (filter: MessageListFilter): number =>
  Object.entries(filter).filter(([name, value]) => name !== 'search' && value !== undefined).length;
