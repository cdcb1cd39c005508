/** Holds payloads against the JSON Schemas that the catalog publishes for them. */
import Ajv, { type ValidateFunction } from 'ajv/dist/2020';
import type { Core, UID } from '@strapi/strapi';

import { eventSchemas, type CatalogEvent } from '../../server/src/core/catalog/json-schema';
import type { NewEvent, StoredBody } from '../../server/src/core/message/message';
import type { Included } from '../../server/src/core/shape/view';
import { createSchema } from '../../server/src/host/schemas';

const PREFIX = '#/$defs/';
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

type CheckedEvent = Pick<NewEvent, 'name' | 'uid'> & { body: Pick<StoredBody, 'text'> };

/**
 * @param include what the shape adds to the body.
 * @returns a function that expects an event's body to be what its schema says.
 */
export function createSchemaCheck(
  strapi: Core.Strapi,
  include: readonly Included[] = []
): (event: CheckedEvent) => void {
  const ajv = new Ajv({ allErrors: true, strictTypes: false, allowUnionTypes: true });
  ajv.addFormat('date-time', INSTANT);
  ajv.addFormat('date', /^\d{4}-\d\d-\d\d$/);
  const { schemas } = createSchema(strapi);
  const validators = new Map<string, ValidateFunction>();

  function validatorOf(event: CatalogEvent): ValidateFunction {
    const key = `${event.name} ${event.uid ?? ''}`;
    const known = validators.get(key);
    if (known !== undefined) return known;
    const made = eventSchemas([event], {
      schemas,
      payload: 'full',
      include,
      prefix: PREFIX,
    });
    const [first] = made.events.values();
    const validate = ajv.compile({ ...first?.schema, $defs: Object.fromEntries(made.definitions) });
    validators.set(key, validate);
    return validate;
  }

  return ({ name, uid, body }) => {
    const payload = JSON.parse(body.text) as { entry?: unknown };
    if (payload.entry === null) return; // A lifecycle hook of the app hid the entry.
    const isEntry = name.startsWith('entry.') && uid !== null;
    const validate = validatorOf(
      isEntry
        ? { name, uid, model: strapi.getModel(uid as UID.Schema).modelName }
        : { name, uid: null, model: null }
    );
    const errors = validate(payload) ? [] : validate.errors;
    expect({ name, uid, errors }).toEqual({ name, uid, errors: [] });
  };
}
