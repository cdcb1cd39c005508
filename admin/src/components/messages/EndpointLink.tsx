import { Link } from '@strapi/design-system';
import { useIntl } from 'react-intl';
import { NavLink } from 'react-router-dom';

import { endpointPath } from '../../utils/paths';
import { t } from '../../utils/translation';

interface EndpointLinkProps {
  endpoint: {
    endpointId: number | null;
    endpointName: string | null;
    endpointDeleted: boolean;
  };
}

/** Name of an endpoint, with a link while it exists. Nothing for a message to a bare URL. */
export const EndpointLink = ({ endpoint }: EndpointLinkProps) => {
  const { formatMessage } = useIntl();
  const { endpointId, endpointName, endpointDeleted } = endpoint;
  if (endpointId === null) return null;
  const name = endpointName ?? String(endpointId);
  if (endpointDeleted) return <>{formatMessage(t('endpoint.deleted-name'), { name })}</>;
  return (
    <Link tag={NavLink} to={endpointPath(endpointId)}>
      {name}
    </Link>
  );
};
