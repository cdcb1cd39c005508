/** Converts callbacks between the form and the admin API. */
import { retryFieldsOf, retryPolicyOf, type RetryFields } from '../../utils/retryFields';

import type {
  CallbackInput,
  EndpointCallbacks,
  EndpointCallbacksInput,
  FlowControl,
  HeaderInput,
} from '../../../../server/src/panel/contract';

export interface FlowControlFields {
  key: string;
  rate: number | null;
  periodMs: number | null;
  parallelism: number | null;
}

/** Field names match the server's errors. Input is kept while the callback is off. */
export interface CallbackFields {
  isOn: boolean;
  url: string;
  method: string;
  headers: HeaderInput[];
  timeoutMs: number | null;
  retryPolicy: RetryFields;
  flowControl: FlowControlFields;
  /** The callback's own failure callback, which cannot have another. */
  failure: CallbackFields | null;
}

export interface CallbacksFields {
  success: CallbackFields;
  failure: CallbackFields;
}

const NO_FLOW_CONTROL: FlowControlFields = {
  key: '',
  rate: null,
  periodMs: null,
  parallelism: null,
};

const FRESH = {
  isOn: false,
  url: '',
  method: 'POST',
  headers: [],
  timeoutMs: null,
} satisfies Partial<CallbackFields>;

const fieldsOf = (callback: CallbackInput | null | undefined, isNested = false): CallbackFields => {
  const { retryPolicy, flowControl, failure, ...written } = callback ?? {};
  return {
    ...FRESH,
    ...written,
    isOn: Boolean(callback),
    retryPolicy: retryFieldsOf(retryPolicy ?? null),
    flowControl: { ...NO_FLOW_CONTROL, ...flowControl },
    failure: isNested ? null : fieldsOf(failure, true),
  };
};

export const callbacksFieldsOf = (callbacks: EndpointCallbacks | undefined): CallbacksFields => ({
  success: fieldsOf(callbacks?.success),
  failure: fieldsOf(callbacks?.failure),
});

/** A limit without a key is sent too, so that the server reports the missing key. */
const flowControlOf = (fields: FlowControlFields): FlowControl | null => {
  const { key, rate, periodMs, parallelism } = fields;
  if (key === '' && rate === null && parallelism === null) return null;
  return {
    key,
    ...(rate !== null && { rate }),
    ...(periodMs !== null && { periodMs }),
    ...(parallelism !== null && { parallelism }),
  };
};

/** Field with an invalid list of delays. */
export interface BadDelays {
  field: string;
  badPart: string;
}

class BadDelaysError extends Error {
  constructor(readonly bad: BadDelays) {
    super();
  }
}

const inputOf = (fields: CallbackFields | null, field: string): CallbackInput | null => {
  if (fields?.isOn !== true) return null;
  const retry = retryPolicyOf(fields.retryPolicy);
  if ('badPart' in retry) {
    throw new BadDelaysError({ ...retry, field: `${field}.retryPolicy.delaysMs` });
  }
  const { url, method, headers, timeoutMs } = fields;
  const failure = inputOf(fields.failure, `${field}.failure`);
  return {
    url,
    method,
    headers,
    timeoutMs,
    ...(retry.policy !== null && { retryPolicy: retry.policy }),
    flowControl: flowControlOf(fields.flowControl),
    ...(failure && { failure }),
  };
};

/** @returns the input, or the invalid field. */
export const callbacksInputOf = (
  fields: CallbacksFields
): { callbacks: EndpointCallbacksInput } | BadDelays => {
  try {
    return {
      callbacks: {
        success: inputOf(fields.success, 'callbacks.success'),
        failure: inputOf(fields.failure, 'callbacks.failure'),
      },
    };
  } catch (error) {
    if (error instanceof BadDelaysError) return error.bad;
    throw error;
  }
};

/** Whether any option is set, so that the section opens. */
export const hasOptions = (fields: CallbackFields): boolean =>
  fields.headers.length > 0 ||
  fields.timeoutMs !== null ||
  fields.retryPolicy.kind !== 'inherited' ||
  fields.flowControl.key !== '' ||
  fields.failure?.isOn === true;
