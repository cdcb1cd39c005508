/**
 * Removes bodies for users without the permission to read payloads. Otherwise content they cannot
 * open in the Content Manager would be visible here.
 */
import type {
  AttemptView,
  EventView,
  MessageDetail,
  ScheduleView,
  StoredBody,
  TestSendResult,
} from '../contract';
import type { Call } from './call';

type Reader = Pick<Call, 'may'>;
type EventDetail = EventView & { body: StoredBody | null; contentType: string };

const mayRead = (reader: Reader): boolean => reader.may('messages.read-payload');

export const messageFor = (reader: Reader, message: MessageDetail): MessageDetail =>
  mayRead(reader)
    ? message
    : { ...message, body: null, attemptLog: message.attemptLog.map(withoutBody) };

export const testFor = (reader: Reader, sent: TestSendResult): TestSendResult =>
  mayRead(reader) ? sent : { ...sent, attempt: withoutBody(sent.attempt) };

export const eventFor = (reader: Reader, event: EventDetail): EventDetail =>
  mayRead(reader) ? event : { ...event, body: null };

export const scheduleFor = (reader: Reader, schedule: ScheduleView): ScheduleView =>
  mayRead(reader) ? schedule : { ...schedule, body: null };

function withoutBody<A extends AttemptView>(attempt: A): A {
  return { ...attempt, response: attempt.response && { ...attempt.response, body: null } };
}
