/** Will this message look different in a moment without anybody touching it? Pure. */
import type { MessageView } from '../../../../server/src/panel/contract';

export const isMoving = ({ state, held }: MessageView): boolean =>
  state === 'active' || (state === 'pending' && !held);
