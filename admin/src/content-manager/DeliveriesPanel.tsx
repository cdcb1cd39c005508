/**
 * The panel beside an entry. Strapi loads this file with the admin panel; the deliveries are loaded
 * when a user with permission to read messages opens an entry.
 */
import { Loader } from '@strapi/design-system';
import { lazy, Suspense } from 'react';
import { useIntl } from 'react-intl';

import { usePermissions } from '../hooks/usePermissions';
import { t } from '../utils/translation';

const EntryDeliveries = lazy(() =>
  import('./EntryDeliveries').then((module) => ({ default: module.EntryDeliveries }))
);

interface PanelProps {
  model: string;
  /** Absent until the entry is saved. */
  document?: { documentId: string; updatedAt?: string | null };
  meta?: { availableStatus?: { updatedAt?: string | null }[] };
}

export const DeliveriesPanel = ({ model, document, meta }: PanelProps) => {
  const { formatMessage } = useIntl();
  const can = usePermissions();
  if (document === undefined || !can('messages.read')) return null;

  // Loaded again when the draft or the published version has changed.
  const versions = [document, ...(meta?.availableStatus ?? [])].map(({ updatedAt }) => updatedAt);
  return {
    title: formatMessage(t('plugin.name')),
    content: (
      <Suspense fallback={<Loader small />}>
        <EntryDeliveries key={versions.join(' ')} uid={model} documentId={document.documentId} />
      </Suspense>
    ),
  };
};
