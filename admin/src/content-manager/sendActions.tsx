/**
 * *Send to…*, of an entry and of the selected ones. Strapi loads this file with the admin panel; the dialog is
 * loaded when it is opened.
 */
import { Loader, Modal } from '@strapi/design-system';
import { PaperPlane } from '@strapi/icons';
import { lazy, Suspense, useCallback } from 'react';
import { useIntl } from 'react-intl';

import { usePermissions } from '../hooks/usePermissions';
import { t } from '../utils/translation';

const SendForm = lazy(() => import('./SendForm').then((module) => ({ default: module.SendForm })));

const SEPARATOR = ' ';

const useSendAction = (uid: string, documentIds: readonly string[]) => {
  const { formatMessage } = useIntl();
  const can = usePermissions();
  const ids = documentIds.join(SEPARATOR);
  // The same component at each render: Strapi would mount another one anew, and the choice would be lost.
  const content = useCallback(
    ({ onClose }: { onClose: () => void }) => (
      <Suspense
        fallback={
          <Modal.Body>
            <Loader small />
          </Modal.Body>
        }
      >
        <SendForm uid={uid} documentIds={ids.split(SEPARATOR)} onClose={onClose} />
      </Suspense>
    ),
    [uid, ids]
  );
  if (ids === '' || !can('messages.send')) return null;
  const label = formatMessage(t('send.action'));
  return {
    label,
    icon: <PaperPlane />,
    variant: 'tertiary',
    dialog: { type: 'modal', title: label, content },
  };
};

interface EditView {
  model: string;
  /** Absent until the entry is saved. */
  document?: { documentId: string };
}

export const SendAction = ({ model, document }: EditView) =>
  useSendAction(model, document === undefined ? [] : [document.documentId]);

SendAction.position = 'panel';

interface ListView {
  model: string;
  documents: readonly { documentId: string }[];
}

export const SendBulkAction = ({ model, documents }: ListView) =>
  useSendAction(
    model,
    documents.map(({ documentId }) => documentId)
  );
