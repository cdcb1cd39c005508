import { Flex, LinkButton, Typography } from '@strapi/design-system';
import { useIntl } from 'react-intl';
import { NavLink } from 'react-router-dom';

import { endpointPath, topicPath } from '../../utils/paths';
import { t } from '../../utils/translation';

import { SectionCard } from '../../components/SectionCard';

import type { Can } from '../../hooks/usePermissions';

const STEPS = ['endpoint', 'test', 'publish'] as const;

/** The three steps to a first delivery, shown before there is any data. */
export const FirstSteps = ({ can }: { can: Can }) => {
  const { formatMessage } = useIntl();

  return (
    <SectionCard
      title={formatMessage(t('overview.first-steps.title'))}
      subtitle={formatMessage(t('overview.first-steps.subtitle'))}
      action={
        <Flex gap={2} wrap="wrap">
          {can('endpoints.create') && (
            <LinkButton tag={NavLink} to={endpointPath('new')} size="S">
              {formatMessage(t('endpoints.create'))}
            </LinkButton>
          )}
          {can('topics.create') && (
            <LinkButton tag={NavLink} to={topicPath('new')} size="S" variant="secondary">
              {formatMessage(t('topics.create'))}
            </LinkButton>
          )}
        </Flex>
      }
    >
      <ol>
        {STEPS.map((step, index) => (
          <li key={step}>
            <Typography textColor="neutral800">
              {index + 1}. {formatMessage(t(`overview.first-steps.${step}`))}
            </Typography>
          </li>
        ))}
      </ol>
    </SectionCard>
  );
};
