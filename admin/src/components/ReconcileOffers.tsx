import { Button, Flex } from '@strapi/design-system';
import { useIntl } from 'react-intl';

import { useNotify } from '../hooks/useNotify';
import { usePermissions } from '../hooks/usePermissions';
import {
  useDismissReconcileOffersMutation,
  useListReconcileOffersQuery,
  useReconcileWebhookEndpointMutation,
} from '../services/ledger';
import { t } from '../utils/translation';
import { Instant } from './Instant';
import { Notice } from './Notice';

import type { ReconcileOffer } from '../../../server/src/panel/contract';

/** Endpoints that are offered a comparison for one reason. */
const Offer = ({ offers }: { offers: readonly [ReconcileOffer, ...ReconcileOffer[]] }) => {
  const { formatMessage, formatList } = useIntl();
  const notify = useNotify();
  const can = usePermissions();
  const [reconcile, { isLoading }] = useReconcileWebhookEndpointMutation();
  const [dismiss, { isLoading: isDismissing }] = useDismissReconcileOffersMutation();
  const [{ reason, at }] = offers;
  const endpointIds = offers.map(({ endpointId }) => endpointId);

  const compare = async () => {
    for (const endpointId of endpointIds) {
      const result = await reconcile({ endpointId });
      if ('error' in result) return notify.failure(result.error);
    }
    return notify.success('offer.started', { count: endpointIds.length });
  };

  const leave = async () => {
    const result = await dismiss({ endpointIds });
    if ('error' in result) notify.failure(result.error);
  };

  return (
    <Notice
      variant="secondary"
      title={formatMessage(t(`offer.${reason}`))}
      action={
        can('messages.replay') && (
          <Flex gap={2} wrap="wrap">
            <Button variant="tertiary" loading={isDismissing} onClick={() => void leave()}>
              {formatMessage(t('offer.dismiss'))}
            </Button>
            <Button loading={isLoading} onClick={() => void compare()}>
              {formatMessage(t('offer.compare'))}
            </Button>
          </Flex>
        )
      }
    >
      {formatMessage(t('offer.body'), {
        count: offers.length,
        names: formatList(offers.map(({ endpointName }) => endpointName)),
        when: <Instant key="when" at={at} />,
      })}
    </Notice>
  );
};

/** Offers to compare endpoints with a ledger after what no event tells of. @param endpointId only this one. */
export const ReconcileOffers = ({ endpointId }: { endpointId?: number }) => {
  const { data = [] } = useListReconcileOffersQuery(undefined, {
    pollingInterval: 15_000,
    refetchOnMountOrArgChange: true,
  });
  const shown = data.filter((offer) => endpointId === undefined || offer.endpointId === endpointId);
  const reasons = [...new Set(shown.map(({ reason }) => reason))];

  return reasons.map((reason) => {
    const [first, ...others] = shown.filter((offer) => offer.reason === reason);
    return first && <Offer key={reason} offers={[first, ...others]} />;
  });
};
