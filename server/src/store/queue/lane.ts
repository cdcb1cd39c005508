/** Lane of a message: the unit of holding and limiting. */
import { targetLane } from '../../core/message/callback-target';

/** Width of Strapi's string columns. */
export const MAX_LANE_LENGTH = 255;

export const laneOf = (endpointId: number | null, url: string): string =>
  endpointId === null ? targetLane(url).slice(0, MAX_LANE_LENGTH) : `e:${endpointId}`;

/** Test messages have a lane of their own: they are sent to paused endpoints, too. */
export const testLane = (endpointId: number): string => `t:${endpointId}`;
