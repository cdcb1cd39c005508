import { Flex, Link, Typography } from '@strapi/design-system';
import { useIntl } from 'react-intl';
import { NavLink } from 'react-router-dom';

import { useListHeldDocumentsQuery } from '../../services/endpoints';
import { messagesPath } from '../../utils/paths';
import { t } from '../../utils/translation';
import { Notice } from '../../components/Notice';
import { ReleaseButton } from '../../components/ReleaseButton';

interface HeldDocumentsProps {
  endpointId: number;
  canRelease: boolean;
}

/** Documents that changed too often for the endpoint, and why their messages wait. */
export const HeldDocuments = ({ endpointId, canRelease }: HeldDocumentsProps) => {
  const { formatMessage } = useIntl();
  const { data: held = [] } = useListHeldDocumentsQuery(endpointId, {
    refetchOnMountOrArgChange: true,
  });
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
            {canRelease && <ReleaseButton endpointId={endpointId} documentId={documentId} />}
          </Flex>
        ))}
      </Flex>
    </Notice>
  );
};
