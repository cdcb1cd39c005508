import { Button, Flex, Link, Typography } from '@strapi/design-system';
import { useIntl } from 'react-intl';
import { NavLink } from 'react-router-dom';

import { useNotify } from '../../hooks/useNotify';
import {
  useListHeldDocumentsQuery,
  useReleaseHeldDocumentMutation,
} from '../../services/endpoints';
import { messagesPath } from '../../utils/paths';
import { t } from '../../utils/translation';
import { Notice } from '../../components/Notice';

interface HeldDocumentsProps {
  endpointId: number;
  canRelease: boolean;
}

/** Documents that changed too often for the endpoint, and why their messages wait. */
export const HeldDocuments = ({ endpointId, canRelease }: HeldDocumentsProps) => {
  const { formatMessage } = useIntl();
  const notify = useNotify();
  const { data: held = [] } = useListHeldDocumentsQuery(endpointId, {
    refetchOnMountOrArgChange: true,
  });
  const [release, { isLoading }] = useReleaseHeldDocumentMutation();
  if (held.length === 0) return null;

  return (
    <Notice variant="warning" title={formatMessage(t('guard.held'))}>
      {formatMessage(t('guard.held.body'))}
      <Flex tag="span" direction="column" alignItems="stretch" gap={2} paddingTop={2}>
        {held.map(({ documentId, waiting }) => (
          <Flex tag="span" key={documentId} gap={3} wrap="wrap">
            <Link tag={NavLink} to={messagesPath({ entryDocumentId: documentId })}>
              {documentId}
            </Link>
            <Typography tag="span">{formatMessage(t('guard.held.count'), { waiting })}</Typography>
            {canRelease && (
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
            )}
          </Flex>
        ))}
      </Flex>
    </Notice>
  );
};
