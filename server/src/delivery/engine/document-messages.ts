/** Makes messages of documents for one endpoint, by its filters and those of its topics. */
import { rootFields, type Schemas } from '../../core/filter/fields';
import { compileFilter, type Filter } from '../../core/filter/filter';
import type { NewEvent, NewMessage } from '../../core/message/message';
import type { Rendering } from '../../core/message/rendering';
import { TOO_SLOW } from '../../core/shape/render';
import type { Room } from '../../store/log/job-types';
import { lanesOf, type Directory, type EndpointSettings } from './directory';
import { createJudge, type Judge } from './judge';
import type { Recorder } from './recorder';

interface Dependencies {
  directory: Pick<Directory, 'topics'>;
  recorder: Pick<Recorder, 'shaped' | 'endpointMessage' | 'bookkeeping'>;
  schemas: Schemas;
}

interface Marks {
  endpoint: EndpointSettings;
  /** In addition to those of the endpoint and its topics. */
  filter: Filter | null;
  headers: Record<string, string>;
  labels: readonly string[];
}

/** A job adds nothing while this many messages wait for the endpoint. */
const WAITING_AT_MOST = 200;

/** An endpoint that is sent batches waits until one is full. */
export const roomOf = ({ id, delivery }: EndpointSettings): Room => ({
  lanes: lanesOf(id),
  atMost: Math.max(WAITING_AT_MOST, delivery.mode === 'batch' ? delivery.maxEvents : 0),
});

export interface MadeOfDocument {
  event: NewEvent;
  message: NewMessage;
}

export function createDocumentMessages({ directory, recorder, schemas }: Dependencies) {
  const judgeOf = (endpoint: EndpointSettings): Judge =>
    createJudge(
      {
        endpoint,
        topics: directory.topics().filter(({ endpointIds }) => endpointIds.includes(endpoint.id)),
      },
      schemas
    );

  const passes = (filter: Filter | null, { uid, subject }: NewEvent): boolean =>
    filter === null ||
    uid === null ||
    subject === undefined ||
    compileFilter(filter, rootFields(uid, schemas)).miss(subject) === null;

  /**
   * Says which events pass. The filters of topics count for the events that they have; the endpoint may be
   * sent others.
   */
  function gateOf(endpoint: EndpointSettings, filter: Filter | null) {
    const { hasTopicFor, judge } = judgeOf(endpoint);
    return (event: NewEvent): { topicName: string | null } | null => {
      if (!passes(filter, event)) return null;
      if (!hasTopicFor(event.name, event.uid)) {
        return passes(endpoint.filter, event) ? { topicName: null } : null;
      }
      const { topicName, withheldBy } = judge(event);
      return withheldBy === null ? { topicName } : null;
    };
  }

  async function messagesOf(
    events: readonly NewEvent[],
    { endpoint, filter, headers, labels }: Marks
  ): Promise<MadeOfDocument[]> {
    const gate = gateOf(endpoint, filter);
    const made: MadeOfDocument[] = [];
    /** One wait for a format that takes too long is enough: the process serves editors. */
    let slow: Rendering | null = null;
    for (const event of events) {
      const passed = gate(event);
      if (passed === null) continue;
      const shaped: ReturnType<Recorder['shaped']> =
        slow === null ? recorder.shaped(event, endpoint) : { rendering: slow };
      if (shaped === null) continue;
      if (shaped.rendering?.problem?.includes(TOO_SLOW)) slow = shaped.rendering;
      const message = recorder.endpointMessage(endpoint, passed.topicName, {
        ...shaped,
        headers: { ...shaped.headers, ...headers },
        labels: [...(shaped.labels ?? []), ...labels],
        ...(await recorder.bookkeeping(event, endpoint, shaped)),
      });
      made.push({ event, message });
    }
    return made;
  }

  return { judgeOf, messagesOf };
}

export type MakeDocuments = ReturnType<typeof createDocumentMessages>;
