/** Makes messages of documents for one endpoint, as they would be sent for a change. */
import type { Documents } from '../../capture';
import { rootFields, type Schemas } from '../../core/filter/fields';
import { compileFilter, type Filter } from '../../core/filter/filter';
import type { NewEvent } from '../../core/message/message';
import type { Rendering } from '../../core/message/rendering';
import { TOO_SLOW } from '../../core/shape/render';
import { viewOf, type NeedsOf } from '../../core/shape/view';
import type { MakeDocumentMessages } from '../../store/log/job-types';
import type { Directory, EndpointSettings } from './directory';
import { createJudge } from './judge';
import type { Recorder } from './recorder';

export const BACKFILL_HEADER = 'x-backfill';
export const BACKFILL_LABEL = 'backfill';

interface Dependencies {
  directory: Pick<Directory, 'endpoint' | 'isLeaving' | 'topics'>;
  recorder: Pick<Recorder, 'shaped' | 'endpointMessage' | 'placeOf'>;
  documents: Pick<Documents, 'page' | 'events'>;
  schemas: Schemas;
  codeNeeds: NeedsOf;
}

type Made = NonNullable<Awaited<ReturnType<MakeDocumentMessages>>>['made'];

export function createBackfill(deps: Dependencies): MakeDocumentMessages {
  const { directory, recorder, documents, schemas, codeNeeds } = deps;

  /**
   * Says which events pass. The filters of topics count for the events that they have; the endpoint may be
   * sent others.
   */
  function gateOf(endpoint: EndpointSettings, filter: Filter | null) {
    const topics = directory
      .topics()
      .filter(({ endpointIds }) => endpointIds.includes(endpoint.id));
    const { hasTopicFor, judge } = createJudge({ endpoint, topics }, schemas);
    const passes = (one: Filter | null, { uid, subject }: NewEvent): boolean =>
      one === null ||
      uid === null ||
      subject === undefined ||
      compileFilter(one, rootFields(uid, schemas)).miss(subject) === null;

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
    {
      jobId,
      endpoint,
      filter,
    }: { jobId: number; endpoint: EndpointSettings; filter: Filter | null }
  ): Promise<Made> {
    const gate = gateOf(endpoint, filter);
    const made: Made = [];
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
        headers: { ...shaped.headers, [BACKFILL_HEADER]: String(jobId) },
        labels: [...(shaped.labels ?? []), BACKFILL_LABEL],
        ...(await recorder.placeOf(event, endpoint, shaped)),
      });
      made.push({ event, message });
    }
    return made;
  }

  return async (job, { after, limit, lock, hasRoom }) => {
    const { endpointId: [endpointId] = [], backfill: scope } = job.filter;
    const endpoint = directory.endpoint(endpointId ?? 0);
    if (endpoint === undefined || directory.isLeaving(endpoint.id)) return null;
    const type = scope?.types[job.part];
    if (scope === undefined || type === undefined || schemas(type.uid) === undefined) {
      return { ids: [], made: [], isBlocked: false, isEnd: true };
    }
    const { status, locales, filter } = scope;
    const query = { ...type, status, locales, after };
    const { rows, ...page } = await documents.page(query, limit, lock);
    if (!(await hasRoom())) return { ids: [], made: [], isBlocked: true, isEnd: false };
    const view = endpoint.shape && viewOf(endpoint.shape, codeNeeds);
    const events = await documents.events(type.uid, rows, view);
    const made = await messagesOf(events, { jobId: job.id, endpoint, filter });
    return { ids: rows.map(({ id }) => id), made, ...page };
  };
}
