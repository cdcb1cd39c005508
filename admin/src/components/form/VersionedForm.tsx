import { Flex } from '@strapi/design-system';
import { Blocker, Form, type FormHelpers } from '@strapi/strapi/admin';
import { useState, type ReactNode } from 'react';

import { useErrorText } from '../../hooks/useErrorText';
import { useNotify } from '../../hooks/useNotify';
import { useVersionFence } from '../../hooks/useVersionFence';
import { formErrors, type ErrorTree } from '../../utils/formErrors';

import { SaveButton } from './SaveButton';
import { StaleVersionAlert } from './StaleVersionAlert';

import type { RequestError } from '../../utils/apiError';

interface Versioned {
  version: number;
}

/** The result of a save: stored, refused by the server, or refused by the form before sending. */
type Sent<S> = { data: S } | { error: RequestError } | { problems: ErrorTree };

/** Props that a form of a stored object takes from its page. */
export interface StoredFormProps<V extends Versioned> {
  canSave: boolean;
  /** Loads the stored object again. Absent for a new one. */
  fetchLatest?: () => Promise<V>;
  onReload?: () => void;
}

interface VersionedFormProps<F extends object, V extends Versioned> extends StoredFormProps<V> {
  /** Undefined for a new object. */
  stored: V | undefined;
  fieldsOf: (stored: V | undefined) => F;
  /** @param version the edited version: the server refuses to overwrite a newer one. */
  send: (fields: F, version: number) => Promise<Sent<V>> | Sent<V>;
  onSaved: (saved: V, fields: F) => void;
  children: ReactNode;
}

/**
 * The form of a stored object. Input survives a refused save, whose errors appear at their fields,
 * and a concurrent edit by another user. Leaving with unsaved changes asks for confirmation.
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
  const { fieldTexts } = useErrorText();
  const [initialValues] = useState(() => fieldsOf(stored)); // a refetch must not overwrite input
  const fence = useVersionFence(stored, fetchLatest);

  const save = async (fields: F, helpers: FormHelpers<F>) => {
    const show = (problems: ErrorTree) =>
      helpers.setErrors(problems as Parameters<typeof helpers.setErrors>[0]);
    const result = await send(fields, fence.version.current);
    if ('problems' in result) return show(result.problems);
    if ('error' in result) {
      if (fence.noticeStale(result.error)) return undefined;
      show(formErrors(fieldTexts(result.error), fields));
      return notify.refused(result.error, Object.keys(fields));
    }
    fence.version.current = result.data.version;
    // Secrets are stored now and no longer shown.
    helpers.resetForm(fieldsOf(result.data));
    return onSaved(result.data, fields);
  };

  return (
    <Form<F>
      ref={fence.formRef}
      method={stored === undefined ? 'POST' : 'PUT'}
      initialValues={initialValues}
      disabled={!canSave}
      onSubmit={save}
    >
      <Flex direction="column" alignItems="stretch" gap={6}>
        {canSave && <SaveButton formRef={fence.formRef} />}
        {fence.isStale && (
          <StaleVersionAlert
            onReload={() => onReload?.()}
            onOverwrite={() => void fence.overwrite()}
            onClose={fence.dismiss}
          />
        )}
        {children}
      </Flex>
      <Blocker />
    </Form>
  );
};
