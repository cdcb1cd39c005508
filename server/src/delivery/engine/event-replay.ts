/** Makes new messages of events of the log for one endpoint, by its filter and shape as they are now. */
import { rootFields, type Schemas } from '../../core/filter/fields';
import { compileFilter } from '../../core/filter/filter';
import type { NewEvent } from '../../core/message/message';
import type { Rendering } from '../../core/message/rendering';
import { isIgnored } from '../../core/routing/loop-guard';
import { TOO_SLOW } from '../../core/shape/render';
import type { MakeMessages } from '../../store/log/job-types';
import type { Directory, EndpointSettings } from './directory';
import type { KeptEvents } from './kept-events';
import type { Recorder } from './recorder';

interface Dependencies {
  directory: Pick<Directory, 'endpoint' | 'isLeaving'>;
  recorder: Pick<Recorder, 'shaped' | 'endpointMessage' | 'noted'>;
  keptEvents: KeptEvents;
  schemas: Schemas;
}

/** The endpoint's topics do not matter: it may get events that it does not subscribe to. */
export function createEventReplay(deps: Dependencies): MakeMessages {
  const { directory, recorder, keptEvents, schemas } = deps;

  function isWithheld(
    { uid, subject, actor }: NewEvent,
    { filter, ignoredActors }: EndpointSettings
  ): boolean {
    if (isIgnored(actor, ignoredActors)) return true;
    if (filter === null || uid === null || subject === undefined) return false;
    return compileFilter(filter, rootFields(uid, schemas)).miss(subject) !== null;
  }

  return async (endpointId, events) => {
    const endpoint = directory.endpoint(endpointId);
    if (endpoint === undefined || directory.isLeaving(endpointId)) return null;
    const made = [];
    /** One wait for a format that takes too long is enough: the process serves editors. */
    let slow: Rendering | null = null;
    for (const event of events) {
      const kept = await keptEvents(event, endpoint.shape);
      if (isWithheld(kept, endpoint)) continue;
      const shaped: ReturnType<Recorder['shaped']> =
        slow === null ? recorder.shaped(kept, endpoint) : { rendering: slow };
      if (shaped === null) continue;
      if (shaped.rendering?.problem?.includes(TOO_SLOW)) slow = shaped.rendering;
      made.push({
        event,
        message: recorder.endpointMessage(endpoint, null, {
          ...shaped,
          ...recorder.noted(kept, endpoint),
        }),
      });
    }
    return made;
  };
}
