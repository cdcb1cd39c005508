import { Box, Flex, Tabs } from '@strapi/design-system';
import type { ReactNode } from 'react';
import { useIntl } from 'react-intl';

import { useAddressPart } from '../../hooks/useAddressPart';
import { t } from '../../utils/translation';

import { HealthTab } from './HealthTab';
import { HistoryTab } from './HistoryTab';
import { PullTab } from './PullTab';
import { SignatureChecker } from './SignatureChecker';
import { VerifySnippets } from './VerifySnippets';

import type { EndpointDetail } from '../../services/endpoints';

interface EndpointTabsProps {
  endpoint: EndpointDetail;
  settings: ReactNode;
  notice: ReactNode;
  canTest: boolean;
}

/** Tabs of an endpoint. Settings stay mounted, so that unsaved input survives a change of tab. */
export const EndpointTabs = ({ endpoint, settings, notice, canTest }: EndpointTabsProps) => {
  const { formatMessage } = useIntl();
  const [chosen, open] = useAddressPart('tab');
  const tab = chosen ?? 'health';
  const { pullUrl } = endpoint;

  return (
    <Flex direction="column" alignItems="stretch" gap={4}>
      {notice}
      <Tabs.Root variant="simple" value={tab} onValueChange={open}>
        <Tabs.List aria-label={formatMessage(t('endpoint.tabs'))}>
          <Tabs.Trigger value="health">{formatMessage(t('endpoint.tab.health'))}</Tabs.Trigger>
          <Tabs.Trigger value="settings">{formatMessage(t('endpoint.tab.settings'))}</Tabs.Trigger>
          {pullUrl !== null && (
            <Tabs.Trigger value="pull">{formatMessage(t('endpoint.tab.pull'))}</Tabs.Trigger>
          )}
          <Tabs.Trigger value="verify">{formatMessage(t('endpoint.tab.verify'))}</Tabs.Trigger>
          <Tabs.Trigger value="history">{formatMessage(t('endpoint.tab.history'))}</Tabs.Trigger>
        </Tabs.List>
        <Tabs.Content
          value="settings"
          forceMount
          style={{ display: tab === 'settings' ? undefined : 'none' }}
        >
          <Box paddingTop={5}>{settings}</Box>
        </Tabs.Content>
        <Tabs.Content value="health">
          <Box paddingTop={5}>
            <HealthTab endpoint={endpoint} />
          </Box>
        </Tabs.Content>
        {pullUrl !== null && (
          <Tabs.Content value="pull">
            <Box paddingTop={5}>
              <PullTab url={pullUrl} />
            </Box>
          </Tabs.Content>
        )}
        <Tabs.Content value="verify">
          <Box paddingTop={5}>
            <Flex direction="column" alignItems="stretch" gap={5}>
              {canTest && <SignatureChecker endpointId={endpoint.id} />}
              <VerifySnippets />
            </Flex>
          </Box>
        </Tabs.Content>
        <Tabs.Content value="history">
          <Box paddingTop={5}>
            <HistoryTab endpointId={endpoint.id} />
          </Box>
        </Tabs.Content>
      </Tabs.Root>
    </Flex>
  );
};
