import { useRef, useState } from 'react';

import { errorCode, type RequestError } from '../utils/apiError';

interface Versioned {
  version: number;
}

/**
 * Handles concurrent edits: the server refuses a save based on an older version. The user may load
 * the stored version or overwrite it.
 *
 * @param loaded the version the form was filled from; undefined for a new object.
 * @param fetchLatest loads the stored version.
 */
export const useVersionFence = (
  loaded: Versioned | undefined,
  fetchLatest: (() => Promise<Versioned>) | undefined
) => {
  const version = useRef(loaded?.version ?? 0);
  const formRef = useRef<HTMLFormElement>(null);
  const [isStale, setIsStale] = useState(false);

  return {
    formRef,
    isStale,
    version,
    /** @returns whether the error was a version conflict, which is then shown. */
    noticeStale: (error: RequestError): boolean => {
      const stale = errorCode(error) === 'STALE_VERSION';
      if (stale) setIsStale(true);
      return stale;
    },
    dismiss: () => setIsStale(false),
    /** Submits again, based on the stored version. */
    overwrite: async () => {
      if (fetchLatest !== undefined) version.current = (await fetchLatest()).version;
      setIsStale(false);
      formRef.current?.requestSubmit();
    },
  };
};
