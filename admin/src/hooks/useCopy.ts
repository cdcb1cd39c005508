import { useClipboard } from '@strapi/strapi/admin';

import { useNotify } from './useNotify';

/** @returns a function that copies a text and says so in a notification, which screen readers speak. */
export const useCopy = (): ((text: string) => Promise<void>) => {
  const { copy } = useClipboard();
  const notify = useNotify();
  return async (text) => {
    if (await copy(text)) notify.success('action.copied');
    else notify.warning('action.copy-failed');
  };
};
