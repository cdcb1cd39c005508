import { Button } from '@strapi/design-system';
import { useIntl } from 'react-intl';

import { useNotify } from '../hooks/useNotify';
import { useReleaseHeldDocumentMutation } from '../services/endpoints';
import { t } from '../utils/translation';

interface ReleaseButtonProps {
  endpointId: number;
  documentId: string;
}

/** Sends the messages about a document that are held for an endpoint. */
export const ReleaseButton = ({ endpointId, documentId }: ReleaseButtonProps) => {
  const { formatMessage } = useIntl();
  const notify = useNotify();
  const [release, { isLoading }] = useReleaseHeldDocumentMutation();

  return (
    <Button
      size="S"
      variant="tertiary"
      loading={isLoading}
      onClick={async () =>
        notify.settled(await release({ endpointId, documentId }), 'guard.released')
      }
    >
      {formatMessage(t('guard.release'))}
    </Button>
  );
};
