import { Flex, Typography } from '@strapi/design-system';
import { Page } from '@strapi/strapi/admin';
import { useState } from 'react';
import { useIntl } from 'react-intl';

import { AuditTable } from '../../components/audit/AuditTable';
import { KeysetPager } from '../../components/KeysetPager';
import { useListWebhookEndpointHistoryQuery } from '../../services/audit';
import { t } from '../../utils/translation';

const PAGE_SIZE = 20;

/** Who changed the endpoint, newest first, with the old and new values. */
export const HistoryTab = ({ endpointId }: { endpointId: number }) => {
  const { formatMessage } = useIntl();
  const [cursor, setCursor] = useState<string | undefined>();
  const { data, isLoading } = useListWebhookEndpointHistoryQuery(
    { id: endpointId, cursor, pageSize: PAGE_SIZE },
    { refetchOnMountOrArgChange: true }
  );

  if (isLoading) return <Page.Loading />;
  if (!data) return <Page.Error />;
  if (data.results.length === 0) {
    return (
      <Typography textColor="neutral600">{formatMessage(t('audit.history.empty'))}</Typography>
    );
  }
  return (
    <Flex direction="column" alignItems="stretch" gap={4}>
      <AuditTable entries={data.results} hasItem={false} />
      <KeysetPager cursor={cursor} nextCursor={data.nextCursor} onGo={setCursor} />
    </Flex>
  );
};
