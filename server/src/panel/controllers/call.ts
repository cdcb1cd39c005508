/**
 * The shape of a controller action: it calls a service and never touches Koa. The route has
 * already checked the input (`panel/routes/edge.ts`).
 */
import { CoreError } from '../../core/errors';
import { actionOf, type Permission } from '../permissions';
import { NotAllowedError } from './errors';

/** The parts of Koa's context that are used, after Strapi's policies. */
export interface AdminContext {
  params: Record<string, string | undefined>;
  query: unknown;
  request: { body?: unknown };
  state: { userAbility?: { can(action: string): boolean } };
  status: number;
  body: unknown;
}

interface Input {
  body: unknown;
  query: unknown;
}

export interface Call<Body = undefined, Query = undefined> {
  body: Body;
  query: Query;
  /** Row id in the path. @throws CoreError NOT_FOUND when it cannot be one. */
  id: () => number;
  /** Message id in the path. */
  messageId: () => string;
  /** Any other path parameter. */
  param: (name: string) => string;
  may: (permission: Permission) => boolean;
  /** @throws NotAllowedError */
  demand: (permission: Permission) => void;
}

const ROW_ID = /^[1-9]\d{0,14}$/;

const inputs = new WeakMap<object, Input>();

/** Passes checked input from the route to the action. */
export function keepInput(context: AdminContext, input: Input): void {
  inputs.set(context, input);
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

function callOf<Body, Query>(context: AdminContext): Call<Body, Query> {
  const input = inputs.get(context);
  const may = (permission: Permission): boolean =>
    context.state.userAbility?.can(actionOf(permission)) === true;
  return {
    body: input?.body as Body,
    query: input?.query as Query,
    id() {
      const id = context.params.id ?? '';
      if (ROW_ID.test(id)) return Number(id);
      throw new CoreError('NOT_FOUND', `"${id}" is not an id`);
    },
    messageId: () => context.params.messageId ?? '',
    param: (name) => context.params[name] ?? '',
    may,
    demand(permission) {
      if (!may(permission)) throw new NotAllowedError(`this also needs the right ${permission}`);
    },
  };
}
