import { Box, Flex, Link, Typography } from '@strapi/design-system';
import { useIntl } from 'react-intl';
import { NavLink } from 'react-router-dom';

import { usePermissions } from '../../hooks/usePermissions';
import { endpointPath } from '../../utils/paths';
import { t } from '../../utils/translation';
import { CodeBlock } from '../CodeBlock';
import { diagnose, type Failure } from './diagnose';

interface FailureDoctorProps {
  failure: Failure;
  /** Null: there is none to change. */
  endpointId: number | null;
}

/** Why an attempt failed, in a sentence, with what to do about it. */
export const FailureDoctor = ({ failure, endpointId }: FailureDoctorProps) => {
  const { formatMessage } = useIntl();
  const can = usePermissions();
  const { cause, remedy, configLine } = diagnose(failure);
  const hasRemedy = remedy !== null && endpointId !== null && can('endpoints.read');

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
        {hasRemedy && (
          <Box>
            <Link tag={NavLink} to={`${endpointPath(endpointId)}?tab=${remedy}`}>
              {formatMessage(t(`doctor.remedy.${remedy}`))}
            </Link>
          </Box>
        )}
      </Flex>
    </Box>
  );
};
