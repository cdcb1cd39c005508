/** Checks REST's `fields` and `populate` by Strapi's own rules: unknown, private and password fields are refused. */
import { errors, queryParams, validate } from '@strapi/utils';
import type { Core, UID } from '@strapi/strapi';

import type { PopulateInput } from '../core/shape/view';

type Context = NonNullable<Parameters<typeof validate.validators.defaultValidateFields>[0]>;

export interface ViewCheck {
  /** @returns why Strapi refuses it, or null. */
  fields(uid: string, fields: string[]): Promise<string | null>;
  populate(uid: string, populate: PopulateInput): Promise<string | null>;
}

/** A part of a populate as the database's queries take it. */
interface Part {
  where?: object;
  populate?: unknown;
  on?: Readonly<Record<string, unknown>>;
}

const partsOf = (parts: unknown): [name: string, part: Part][] =>
  typeof parts === 'object' && parts !== null && !Array.isArray(parts)
    ? Object.entries(parts).filter(
        (entry): entry is [string, Part] => typeof entry[1] === 'object' && entry[1] !== null
      )
    : [];

export function createViewCheck(strapi: Core.Strapi): ViewCheck {
  const getModel = (uid: string): Context['schema'] => strapi.getModel(uid as UID.Schema);
  const contextOf = (uid: string): Context => ({ schema: getModel(uid), getModel });
  const { defaultValidateFields, defaultValidatePopulate } = validate.validators;
  const { transformQueryParams } = queryParams.createTransformer({ getModel });

  async function refusal(checked: unknown): Promise<string | null> {
    try {
      await checked;
      return null;
    } catch (error) {
      if (error instanceof errors.ValidationError) return String(error.message);
      throw error;
    }
  }

  /**
   * Runs the filters of a populate, because a database may refuse to compare a number with a text: found
   * when an editor saves, that would fail the save.
   */
  async function refusedFilters(uid: string, parts: unknown): Promise<string | null> {
    const { attributes = {} } = getModel(uid) ?? {};
    for (const [name, part] of partsOf(parts)) {
      const { target, component } = (attributes[name] ?? {}) as {
        target?: string;
        component?: string;
      };
      const inside = target ?? component;
      const found =
        inside === undefined
          ? await refusedFragments(part.on)
          : ((await refusedWhere(inside, part.where)) ??
            (await refusedFilters(inside, part.populate)));
      if (found !== null) return found;
    }
    return null;
  }

  /** Of a dynamic zone, or a relation to any type: parts by uid. */
  async function refusedFragments(on: Part['on']): Promise<string | null> {
    for (const [of, { where, populate }] of partsOf(on)) {
      const found = (await refusedWhere(of, where)) ?? (await refusedFilters(of, populate));
      if (found !== null) return found;
    }
    return null;
  }

  /** @throws what the database throws when it refuses every query. */
  async function refusedWhere(uid: string, where: object | undefined): Promise<string | null> {
    if (where === undefined) return null;
    try {
      await strapi.db.query(uid).findMany({ select: ['id'], where, limit: 1 });
      return null;
    } catch (error) {
      await strapi.db.query(uid).findMany({ select: ['id'], limit: 1 });
      return `the database refuses its filters: ${reasonOf(error)}`;
    }
  }

  /** Finds what the validator lets pass and a read refuses: fields of a dynamic zone without `on`, say. */
  async function unreadable(uid: string, populate: PopulateInput): Promise<string | null> {
    let parts: unknown;
    try {
      ({ populate: parts } = transformQueryParams(uid, { populate: populate as never }));
    } catch (error) {
      return `Strapi cannot read this: ${(error as Error).message}`;
    }
    return refusedFilters(uid, parts);
  }

  return {
    fields: (uid, fields) => refusal(defaultValidateFields(contextOf(uid), fields)),
    populate: async (uid, populate) =>
      (await refusal(defaultValidatePopulate(contextOf(uid), populate))) ??
      (await unreadable(uid, populate)),
  };
}

/** Without the statement, which the driver puts before the reason. */
const reasonOf = (error: unknown): string => (error as Error).message.split(' - ').at(-1) ?? '';
