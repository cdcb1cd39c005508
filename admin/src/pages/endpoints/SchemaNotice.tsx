import { Box, Button, Link } from '@strapi/design-system';
import { useIntl } from 'react-intl';
import { NavLink } from 'react-router-dom';

import { Notice } from '../../components/Notice';
import { useNotify } from '../../hooks/useNotify';
import { usePermissions } from '../../hooks/usePermissions';
import { useAcknowledgeWebhookSchemaMutation, type EndpointDetail } from '../../services/endpoints';
import { eventCatalogPath } from '../../utils/paths';
import { t } from '../../utils/translation';

/** Fields that a content type removed or retyped, until the change is acknowledged. */
export const SchemaNotice = ({ endpoint }: { endpoint: EndpointDetail }) => {
  const { formatMessage } = useIntl();
  const can = usePermissions();
  const notify = useNotify();
  const [acknowledge, { isLoading }] = useAcknowledgeWebhookSchemaMutation();
  const { id, schemaChanges } = endpoint;

  if (schemaChanges.length === 0) return null;
  return (
    <Notice
      variant="warning"
      title={formatMessage(t('endpoint.schema.title'))}
      action={
        can('endpoints.update') && (
          <Button
            size="S"
            loading={isLoading}
            onClick={async () => notify.settled(await acknowledge(id), 'endpoint.schema.done')}
          >
            {formatMessage(t('endpoint.schema.acknowledge'))}
          </Button>
        )
      }
    >
      {formatMessage(t('endpoint.schema.body'))}{' '}
      {can('topics.read') && (
        <Link tag={NavLink} to={eventCatalogPath(id)}>
          {formatMessage(t('shape.catalog'))}
        </Link>
      )}
      {schemaChanges.map(({ path, from, to }) => (
        <Box key={path} tag="span" display="block">
          {to === null
            ? formatMessage(t('endpoint.schema.removed'), { path })
            : formatMessage(t('endpoint.schema.retyped'), { path, from, to })}
        </Box>
      ))}
    </Notice>
  );
};
