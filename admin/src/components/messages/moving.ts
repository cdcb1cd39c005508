/** Tells whether a message is about to change without user action. Pure. */
import type { MessageView } from '../../../../server/src/panel/contract';

export const isMoving = ({ state, held }: MessageView): boolean =>
  state === 'active' || (state === 'pending' && !held);
