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

/** Names are those of the server's errors. What was typed is kept while it is switched off. */
export interface CallbackFields {
  isOn: boolean;
  url: string;
  method: string;
  headers: HeaderInput[];
  timeoutMs: number | null;
  retryPolicy: RetryFields;
  flowControl: FlowControlFields;
  /** The callback's own failure callback; it has none itself. */
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

/** A limit without a key limits nothing: it is sent all the same, for the server to say so. */
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

/** A list of delays that cannot be read, and the field it is in. */
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

/** @returns what to send, or what cannot be read. */
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

/** Whether anything but the URL and the method was chosen: options worth opening at once. */
export const hasOptions = (fields: CallbackFields): boolean =>
  fields.headers.length > 0 ||
  fields.timeoutMs !== null ||
  fields.retryPolicy.kind !== 'inherited' ||
  fields.flowControl.key !== '' ||
  fields.failure?.isOn === true;
