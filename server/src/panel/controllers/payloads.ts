/**
 * Who may not read payloads sees what became of a message, never what was in it. Content a role
 * cannot open in the Content Manager would otherwise be one click away.
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

function withoutBody(attempt: AttemptView): AttemptView {
  return { ...attempt, response: attempt.response && { ...attempt.response, body: null } };
}
