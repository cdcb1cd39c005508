/** What the world supplies: the clock and the dice, and the names drawn with them. */
import { randomBytes } from 'node:crypto';

import { messageIdFrom } from '../core/message/message-id';
import type { Clock } from '../delivery/loop/ports';

const LEASE_TOKEN_BYTES = 12;
const JTI_BYTES = 18;

/** Tests pass a clock they can advance; production has the database's. */
export interface World {
  clock?: Clock;
  random: () => number;
  randomBytes: (length: number) => Buffer;
}

export const REAL_WORLD: World = {
  random: () => Math.random(),
  randomBytes,
};

export const namesOf = (world: World) => ({
  /** Of a lease, or of a process. */
  token: (): string => world.randomBytes(LEASE_TOKEN_BYTES).toString('base64url'),
  /** Of a JWT. */
  randomId: (): string => messageIdFrom(world.randomBytes(JTI_BYTES)).replace('msg_', 'jwt_'),
});
