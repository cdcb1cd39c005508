import { Blocker, Form, type FormHelpers } from '@strapi/strapi/admin';
import { useState, type ReactNode } from 'react';

import { useNotify } from '../../hooks/useNotify';
import { useVersionFence } from '../../hooks/useVersionFence';
import { formErrors, type ErrorTree } from '../../utils/formErrors';

import { FormBody } from './FormBody';
import { StaleVersionAlert } from './StaleVersionAlert';

import type { RequestError } from '../../utils/apiError';

interface Versioned {
  version: number;
}

/** What became of a save: stored, refused by the server, or not even sent because of the form itself. */
type Sent<S> = { data: S } | { error: RequestError } | { problems: ErrorTree };

/** What a form of something stored needs from its page. */
export interface StoredFormProps<V extends Versioned> {
  canSave: boolean;
  /** Of a stored one: what the server has now. */
  fetchLatest?: () => Promise<V>;
  onReload?: () => void;
}

interface VersionedFormProps<F extends object, V extends Versioned> extends StoredFormProps<V> {
  /** Undefined: a new one. */
  stored: V | undefined;
  fieldsOf: (stored: V | undefined) => F;
  /** @param version what was edited: the server refuses to save over a newer one. */
  send: (fields: F, version: number) => Promise<Sent<V>> | Sent<V>;
  onSaved: (saved: V, fields: F) => void;
  children: ReactNode;
}

/**
 * The form of something that people edit, perhaps two at once. Nothing typed is lost: not by a refused
 * save, whose reasons stand at their fields, nor by what others store meanwhile, nor by leaving unasked.
 */
export const VersionedForm = <F extends object, V extends Versioned>({
  stored,
  fieldsOf,
  send,
  onSaved,
  canSave,
  fetchLatest,
  onReload,
  children,
}: VersionedFormProps<F, V>) => {
  const notify = useNotify();
  const [initialValues] = useState(() => fieldsOf(stored)); // a refetch must not undo what is typed
  const fence = useVersionFence(stored, fetchLatest);

  const save = async (fields: F, helpers: FormHelpers<F>) => {
    const show = (problems: ErrorTree) =>
      helpers.setErrors(problems as Parameters<typeof helpers.setErrors>[0]);
    const result = await send(fields, fence.version.current);
    if ('problems' in result) return show(result.problems);
    if ('error' in result) {
      if (fence.noticeStale(result.error)) return undefined;
      show(formErrors(result.error, fields));
      return notify.failure(result.error);
    }
    fence.version.current = result.data.version;
    // What was typed as a secret is stored now and no longer shown.
    helpers.resetForm(fieldsOf(result.data));
    return onSaved(result.data, fields);
  };

  return (
    <Form<F>
      ref={fence.formRef}
      method={stored === undefined ? 'POST' : 'PUT'}
      initialValues={initialValues}
      onSubmit={save}
    >
      <FormBody canSave={canSave}>
        {fence.isStale && (
          <StaleVersionAlert
            onReload={() => onReload?.()}
            onOverwrite={() => void fence.overwrite()}
            onClose={fence.dismiss}
          />
        )}
        {children}
      </FormBody>
      <Blocker />
    </Form>
  );
};
