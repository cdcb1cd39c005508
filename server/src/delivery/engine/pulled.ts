/** Endpoints whose receivers claim their messages, for those who send and count. */
import type { ClaimedMessage } from '../../core/message/message';
import { isPulled } from '../../core/message/pull';
import { testLane } from '../../store/queue/lane';
import type { Prepared } from '../loop/ports';
import { lanesOf, type Directory, type EndpointSettings } from './directory';

export interface PullRouter {
  /** As `prepare`, for a receiver that claims its messages. */
  preparePulled(
    message: ClaimedMessage,
    endpoint: EndpointSettings,
    now: number
  ): Promise<Prepared>;
}

/** Only its test messages may be sent. */
export const isHeldBack = ({ state, problem }: EndpointSettings): boolean =>
  state !== 'active' || problem !== null;

/** Lanes that no server sends anything of: those on hold, and all of endpoints whose receivers claim. */
export const unsentLanes = (directory: Pick<Directory, 'heldLanes' | 'endpoints'>): string[] => [
  ...directory.heldLanes(),
  ...directory
    .endpoints()
    .filter(isPulled)
    .flatMap(({ id }) => [...lanesOf(id), testLane(id)]),
];
