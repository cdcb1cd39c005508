/**
 * The shape of a controller action: it calls a service and never touches Koa. The route has
 * already checked the input (`panel/routes/edge.ts`).
 */
import type { Readable } from 'node:stream';

import { CoreError } from '../../core/errors';
import { MAX_SHORT_ID, parseRowId } from '../../core/message/row-id';
import { isStorable, UNSTORABLE_TEXT } from '../../core/safety/text';
import { actionOf, type Permission } from '../permissions';
import { NotAllowedError } from './errors';

/** The rights of the caller, as Strapi's policies have left them. */
export interface Ability {
  can(action: string): boolean;
}

/** The parts of Koa's context that are used, after Strapi's policies. */
export interface AdminContext {
  params: Record<string, string | undefined>;
  query: unknown;
  request: { body?: unknown };
  state: { userAbility?: Ability; checkedInput?: CheckedInput };
  status: number;
  body: unknown;
  type: string;
  set(headers: Record<string, string>): void;
  res: { destroy(error?: Error): unknown };
}

/** Input that the route has checked. */
export interface CheckedInput {
  body: unknown;
  query: unknown;
}

export interface Call<Body = undefined, Query = undefined> {
  body: Body;
  query: Query;
  /**
   * Row id in the path.
   *
   * @param max the largest id of that kind.
   * @throws CoreError NOT_FOUND when it cannot be one.
   */
  id: (max?: number) => number;
  /** Message id in the path. */
  messageId: () => string;
  /** Any other path parameter. */
  param: (name: string) => string;
  may: (permission: Permission) => boolean;
  /** For rights outside the plugin. */
  ability: Ability;
  /** @throws NotAllowedError */
  demand: (permission: Permission) => void;
}

/** @param status of a successful response: a number, or a function of the result. */
export function answer<Body = undefined, Query = undefined, Result = unknown>(
  run: (call: Call<Body, Query>) => Result | Promise<Result>,
  status: number | ((result: Result) => number) = 200
) {
  return async (context: AdminContext): Promise<void> => {
    const result = await run(callOf<Body, Query>(context));
    context.body = result;
    context.status = typeof status === 'number' ? status : status(result);
  };
}

export interface Download {
  stream: Readable;
  fileName: string;
  type: string;
  headers?: Record<string, string>;
}

/** Answers with a file that is made while it is sent. */
export function download<Query>(run: (call: Call<undefined, Query>) => Promise<Download>) {
  return async (context: AdminContext): Promise<void> => {
    const { stream, fileName, type, headers } = await run(callOf<undefined, Query>(context));
    context.set({ 'Content-Disposition': `attachment; filename="${fileName}"`, ...headers });
    // Otherwise a file that ends early looks complete, or the response never ends.
    stream.once('error', (error) => context.res.destroy(error));
    context.body = stream;
    context.type = type;
  };
}

const NO_RIGHTS: Ability = { can: () => false };

function callOf<Body, Query>(context: AdminContext): Call<Body, Query> {
  const param = (name: string): string => {
    const text = context.params[name] ?? '';
    if (isStorable(text)) return text;
    throw new CoreError('NOT_FOUND', `nothing has that ${name}: it ${UNSTORABLE_TEXT}`);
  };
  const { checkedInput, userAbility: ability = NO_RIGHTS } = context.state;
  const may = (permission: Permission): boolean => ability.can(actionOf(permission));
  return {
    body: checkedInput?.body as Body,
    query: checkedInput?.query as Query,
    id(max = MAX_SHORT_ID) {
      const text = param('id');
      const id = parseRowId(text, max);
      if (id !== null) return id;
      throw new CoreError('NOT_FOUND', `"${text}" is not an id`);
    },
    messageId: () => param('messageId'),
    param,
    may,
    ability,
    demand(permission) {
      if (!may(permission))
        throw new NotAllowedError(`this also requires the permission ${permission}`);
    },
  };
}
