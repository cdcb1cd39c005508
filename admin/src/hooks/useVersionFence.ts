import { useRef, useState } from 'react';

import { errorCode, type RequestError } from '../utils/apiError';

interface Versioned {
  version: number;
}

/**
 * Two people editing one thing: the server refuses a save made from an older version. Nothing typed
 * is lost; the second may look at what the first saved, or knowingly save over it.
 *
 * @param loaded what the form was filled from; undefined when it is new.
 * @param fetchLatest asks the server for what is stored now.
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
    /** @returns whether the error was a version conflict, now being shown. */
    noticeStale: (error: RequestError): boolean => {
      const stale = errorCode(error) === 'STALE_VERSION';
      if (stale) setIsStale(true);
      return stale;
    },
    dismiss: () => setIsStale(false),
    /** Submits again, from the version that is stored now. */
    overwrite: async () => {
      if (fetchLatest !== undefined) version.current = (await fetchLatest()).version;
      setIsStale(false);
      formRef.current?.requestSubmit();
    },
  };
};
