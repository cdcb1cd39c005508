import { Box, Checkbox, Flex, Link, Typography } from '@strapi/design-system';
import { useId } from 'react';
import { useIntl } from 'react-intl';
import { NavLink } from 'react-router-dom';

import { endpointPath } from '../../utils/paths';
import { t } from '../../utils/translation';
import { Facts, type Fact } from '../../components/Facts';
import { StatusBadge } from '../../components/StatusBadge';

import type { NativeWebhookView } from '../../../../server/src/panel/contract';

interface NativeWebhookCardProps {
  webhook: NativeWebhookView;
  isChosen: boolean;
  onChoose: (isChosen: boolean) => void;
}

type Plan = NonNullable<NativeWebhookView['plan']>;

const HeaderLine = ({ header }: { header: Plan['headers'][number] }) => {
  const { formatMessage } = useIntl();
  return (
    <Typography tag="p">
      {header.name}: {header.secret ? formatMessage(t('import.header.secret')) : header.value}
      {header.from === 'config' && ` (${formatMessage(t('import.header.config'))})`}
    </Typography>
  );
};

const usePlanFacts = (plan: Plan): Fact[] => {
  const { formatMessage } = useIntl();
  const facts: Fact[] = [
    { label: formatMessage(t('import.plan.endpoint')), value: plan.endpointName },
    { label: formatMessage(t('endpoint.url')), value: plan.url },
    { label: formatMessage(t('import.plan.topic')), value: plan.topicName },
    { label: formatMessage(t('import.plan.events')), value: plan.events.join(', ') },
  ];
  if (plan.headers.length === 0) return facts;
  const value = plan.headers.map((header) => <HeaderLine key={header.name} header={header} />);
  return [...facts, { label: formatMessage(t('import.plan.headers')), value }];
};

const PlanFacts = ({ plan }: { plan: Plan }) => {
  const { formatMessage } = useIntl();
  return (
    <Flex direction="column" alignItems="stretch" gap={3}>
      <Facts facts={usePlanFacts(plan)} />
      {plan.state === 'paused' && (
        <Typography tag="p" variant="pi" textColor="neutral600">
          {formatMessage(t('import.plan.paused'))}
        </Typography>
      )}
    </Flex>
  );
};

/** One of Strapi's webhooks, and what its import creates, leaves out, or has created. */
export const NativeWebhookCard = ({ webhook, isChosen, onChoose }: NativeWebhookCardProps) => {
  const { formatMessage } = useIntl();
  const nameId = useId();
  const { importedAs, plan, problems, enabled } = webhook;
  const isDone = importedAs !== null && !enabled;

  return (
    <Box
      tag="li"
      aria-labelledby={nameId}
      background="neutral0"
      hasRadius
      shadow="filterShadow"
      padding={{ initial: 4, medium: 6 }}
    >
      <Flex direction="column" alignItems="stretch" gap={4}>
        <Flex justifyContent="space-between" gap={4} wrap="wrap">
          <Flex gap={3} minWidth={0}>
            <Checkbox
              checked={isChosen}
              disabled={isDone || (plan === null && importedAs === null)}
              onCheckedChange={(checked) => onChoose(checked === true)}
              aria-labelledby={nameId}
            />
            <Box minWidth={0}>
              <Typography id={nameId} tag="h2" variant="delta">
                {webhook.name}
              </Typography>
              <Typography tag="p" textColor="neutral600" style={{ overflowWrap: 'anywhere' }}>
                {webhook.url}
              </Typography>
            </Box>
          </Flex>
          <StatusBadge variant={enabled ? 'success' : 'neutral'}>
            {formatMessage(t(enabled ? 'import.native.on' : 'import.native.off'))}
          </StatusBadge>
        </Flex>
        {importedAs !== null ? (
          <Typography tag="p">
            {formatMessage(t(isDone ? 'import.done' : 'import.done.still-on'))}{' '}
            <Link tag={NavLink} to={endpointPath(importedAs.endpointId)}>
              {importedAs.name}
            </Link>
          </Typography>
        ) : (
          plan !== null && <PlanFacts plan={plan} />
        )}
        {importedAs === null && problems.length > 0 && (
          <Box background="warning100" hasRadius padding={3}>
            <Typography tag="p" fontWeight="bold">
              {formatMessage(t(plan === null ? 'import.impossible' : 'import.problems'))}
            </Typography>
            <ul>
              {problems.map(({ what, reason }) => (
                <li key={`${what} ${reason}`}>
                  <Typography style={{ overflowWrap: 'anywhere' }}>
                    {what}: {reason}
                  </Typography>
                </li>
              ))}
            </ul>
          </Box>
        )}
      </Flex>
    </Box>
  );
};
