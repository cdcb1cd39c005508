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

/** Finds what the validator lets pass and a read refuses: fields of a dynamic zone without `on`, say. */
function unreadable(makeQuery: () => unknown): string | null {
  try {
    makeQuery();
    return null;
  } catch (error) {
    return `Strapi cannot read this: ${(error as Error).message}`;
  }
}

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

  return {
    fields: (uid, fields) => refusal(defaultValidateFields(contextOf(uid), fields)),
    populate: async (uid, populate) =>
      (await refusal(defaultValidatePopulate(contextOf(uid), populate))) ??
      unreadable(() => transformQueryParams(uid, { populate: populate as never })),
  };
}
