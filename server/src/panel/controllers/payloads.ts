/**
 * Removes bodies for users without the permission to read payloads. Otherwise content they cannot
 * open in the Content Manager would be visible here.
 */
import type {
  AttemptView,
  DifferenceView,
  EventView,
  EntryDelivery,
  EntryTestResult,
  MessageDetail,
  MessageView,
  Overview,
  Page,
  ScheduleView,
  StoredBody,
  TestSendResult,
  TrialResult,
} from '../contract';
import type { Call } from './call';

type Reader = Pick<Call, 'may'>;
type EventDetail = EventView & { body: StoredBody | null; contentType: string };

export const mayRead = (reader: Reader): boolean => reader.may('messages.read-payload');

/** The title is part of the payload. */
export const viewFor = <V extends MessageView | EventView>(reader: Reader, view: V): V =>
  mayRead(reader) ? view : { ...view, entryTitle: null };

export const pageFor = <V extends MessageView | EventView>(
  reader: Reader,
  page: Page<V>
): Page<V> => ({ ...page, results: page.results.map((view) => viewFor(reader, view)) });

export const differencesFor = (reader: Reader, page: Page<DifferenceView>): Page<DifferenceView> =>
  mayRead(reader)
    ? page
    : { ...page, results: page.results.map((one) => ({ ...one, title: null })) };

export const deliveryFor = (reader: Reader, delivery: EntryDelivery): EntryDelivery => ({
  ...delivery,
  latest: viewFor(reader, delivery.latest),
});

export const overviewFor = (reader: Reader, overview: Overview): Overview => ({
  ...overview,
  upcoming: overview.upcoming.map((view) => viewFor(reader, view)),
});

export const messageFor = (reader: Reader, message: MessageDetail): MessageDetail =>
  mayRead(reader)
    ? message
    : {
        ...viewFor(reader, message),
        cause: viewFor(reader, message.cause),
        siblings: message.siblings.map((one) => viewFor(reader, one)),
        callbacks: message.callbacks.map((one) => viewFor(reader, one)),
        body: null,
        attemptLog: message.attemptLog.map(withoutBody),
      };

export const testFor = (reader: Reader, sent: TestSendResult): TestSendResult =>
  mayRead(reader) ? sent : { ...sent, attempt: withoutBody(sent.attempt) };

export const entryTestFor = (reader: Reader, test: EntryTestResult): EntryTestResult =>
  mayRead(reader)
    ? test
    : {
        ...test,
        request: test.request && { ...test.request, body: null },
        result: test.result && testFor(reader, test.result),
      };

export const trialFor = (reader: Reader, trial: TrialResult): TrialResult =>
  mayRead(reader)
    ? trial
    : {
        ...trial,
        events: trial.events.map((row) => ({ ...row, event: viewFor(reader, row.event) })),
        request: trial.request && {
          ...trial.request,
          request: trial.request.request && { ...trial.request.request, body: null },
        },
      };

export const eventFor = (reader: Reader, event: EventDetail): EventDetail =>
  mayRead(reader) ? event : { ...viewFor(reader, event), body: null };

export const scheduleFor = (reader: Reader, schedule: ScheduleView): ScheduleView =>
  mayRead(reader) ? schedule : { ...schedule, body: null };

function withoutBody<A extends AttemptView>(attempt: A): A {
  return { ...attempt, response: attempt.response && { ...attempt.response, body: null } };
}
