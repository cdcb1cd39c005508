import { Box, Flex, Tabs } from '@strapi/design-system';
import type { ReactNode } from 'react';
import { useIntl } from 'react-intl';

import { useAddressPart } from '../../hooks/useAddressPart';
import { t } from '../../utils/translation';

import { RecentMessages } from './RecentMessages';
import { VerifySnippets } from './VerifySnippets';

import type { EndpointView } from '../../../../server/src/panel/contract';

interface EndpointTabsProps {
  endpoint: EndpointView;
  settings: ReactNode;
  notice: ReactNode;
  canReadMessages: boolean;
}

/** Tabs of an endpoint. Settings stay mounted, so that unsaved input survives a change of tab. */
export const EndpointTabs = ({
  endpoint,
  settings,
  notice,
  canReadMessages,
}: EndpointTabsProps) => {
  const { formatMessage } = useIntl();
  const [chosen, open] = useAddressPart('tab');
  const tab = chosen ?? 'settings';

  return (
    <Flex direction="column" alignItems="stretch" gap={4}>
      {notice}
      <Tabs.Root variant="simple" value={tab} onValueChange={open}>
        <Tabs.List aria-label={formatMessage(t('endpoint.tabs'))}>
          <Tabs.Trigger value="settings">{formatMessage(t('endpoint.tab.settings'))}</Tabs.Trigger>
          {canReadMessages && (
            <Tabs.Trigger value="messages">
              {formatMessage(t('endpoint.tab.messages'))}
            </Tabs.Trigger>
          )}
          <Tabs.Trigger value="verify">{formatMessage(t('endpoint.tab.verify'))}</Tabs.Trigger>
        </Tabs.List>
        <Tabs.Content
          value="settings"
          forceMount
          style={{ display: tab === 'settings' ? undefined : 'none' }}
        >
          <Box paddingTop={5}>{settings}</Box>
        </Tabs.Content>
        <Tabs.Content value="messages">
          <Box paddingTop={5}>
            <RecentMessages endpointId={endpoint.id} />
          </Box>
        </Tabs.Content>
        <Tabs.Content value="verify">
          <Box paddingTop={5}>
            <VerifySnippets />
          </Box>
        </Tabs.Content>
      </Tabs.Root>
    </Flex>
  );
};
