import { useAuth, useFetchClient } from '@strapi/strapi/admin';
import { useEffect, useRef, useState } from 'react';

import { apiUrl } from '../services/api';
import { saveFile } from '../utils/saveFile';
import { useNotify } from './useNotify';

import type { ExportFormat, MessageListFilter } from '../../../server/src/panel/contract';

const UNAUTHORIZED = 401;

/** How many messages an export has at most. */
const MAX_EXPORTED = 100_000;

/** Strapi may be served from another address than its panel. */
const backendUrl = (): string =>
  (window.strapi as unknown as { backendURL?: string }).backendURL ?? '';

export interface ExportRequest {
  format: ExportFormat;
  payloads: boolean;
}

/** Saves the messages that a filter matches as a file. Strapi's client reads JSON only, hence `fetch`. */
export const useExport = (filter: MessageListFilter) => {
  const token = useAuth('useExport', (auth) => auth.token);
  const latestToken = useRef(token);
  useEffect(() => {
    latestToken.current = token;
  }, [token]);
  const { get } = useFetchClient();
  const notify = useNotify();
  const [isBusy, setIsBusy] = useState(false);

  const ask = (path: string) =>
    fetch(`${backendUrl()}${path}`, {
      headers: { Authorization: `Bearer ${latestToken.current ?? ''}` },
    });

  async function save({ format, payloads }: ExportRequest): Promise<void> {
    const path = apiUrl('/messages/export', { ...filter, format, payloads });
    let response = await ask(path);
    if (response.status === UNAUTHORIZED) {
      // Strapi's client renews a token that has expired.
      await get(apiUrl('/messages', { pageSize: 1 }));
      response = await ask(path);
    }
    if (!response.ok) throw new Error(`status ${response.status}`);
    saveFile(await response.blob(), `messages.${format}`);
    if (response.headers.get('X-Export-Cut') === 'true') {
      notify.warning('export.cut', { count: MAX_EXPORTED });
    } else notify.success('export.done');
  }

  return {
    isBusy,
    run: async (request: ExportRequest) => {
      setIsBusy(true);
      try {
        await save(request);
      } catch {
        notify.failed('export.failed');
      } finally {
        setIsBusy(false);
      }
    },
  };
};
