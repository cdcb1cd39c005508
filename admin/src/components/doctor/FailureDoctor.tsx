import { Box, Flex, Link, Typography } from '@strapi/design-system';
import { useIntl } from 'react-intl';
import { NavLink } from 'react-router-dom';

import { usePermissions } from '../../hooks/usePermissions';
import { endpointPath } from '../../utils/paths';
import { t } from '../../utils/translation';
import { CodeBlock } from '../CodeBlock';
import { diagnose, type Failure, type Remedy } from './diagnose';

import type { ReactNode } from 'react';
import type { PermissionUid } from '../../permissions';

interface Place {
  /** Query of the endpoint's page. */
  query: string;
  permission: PermissionUid;
}

const fieldAt = (name: string): Place => ({
  query: `tab=settings&field=${name}`,
  permission: 'endpoints.update',
});

const PLACES: Readonly<Record<Remedy, Place>> = {
  verify: { query: 'tab=verify', permission: 'endpoints.read' },
  rotate: { query: 'open=rotate', permission: 'endpoints.rotate-secret' },
  enable: { query: 'open=resume', permission: 'endpoints.update' },
  url: fieldAt('url'),
  payload: fieldAt('shape.payload'),
  format: fieldAt('shape.choice'),
  tls: fieldAt('tls.ca'),
  timeout: fieldAt('timeoutMs'),
  parallel: fieldAt('maxParallel'),
};

interface FailureDoctorProps {
  failure: Failure;
  /** Null: there is none to change. */
  endpointId: number | null;
  /** The next step after the remedy. */
  children?: ReactNode;
}

/** Why an attempt failed, in a sentence, what to do about it, and links to where that is done. */
export const FailureDoctor = ({ failure, endpointId, children }: FailureDoctorProps) => {
  const { formatMessage } = useIntl();
  const can = usePermissions();
  const { cause, remedies, configLine } = diagnose(failure);
  const offered = remedies.filter(
    (remedy) => can('endpoints.read') && can(PLACES[remedy].permission)
  );

  return (
    <Box
      role="note"
      background="neutral100"
      borderColor="neutral200"
      hasRadius
      padding={4}
      width="100%"
    >
      <Flex direction="column" alignItems="stretch" gap={2}>
        <Typography tag="p" fontWeight="bold">
          {formatMessage(t(`doctor.${cause}`))}
        </Typography>
        <Typography tag="p">{formatMessage(t(`doctor.${cause}.advice`))}</Typography>
        {configLine !== null && (
          <CodeBlock label={formatMessage(t('doctor.config'))}>{configLine}</CodeBlock>
        )}
        {endpointId !== null && offered.length > 0 && (
          <Flex gap={4} wrap="wrap">
            {offered.map((remedy) => (
              <Link
                key={remedy}
                tag={NavLink}
                to={`${endpointPath(endpointId)}?${PLACES[remedy].query}`}
              >
                {formatMessage(t(`doctor.remedy.${remedy}`))}
              </Link>
            ))}
          </Flex>
        )}
        {children}
      </Flex>
    </Box>
  );
};
