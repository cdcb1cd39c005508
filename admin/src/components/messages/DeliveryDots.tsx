import { Flex, Tooltip, Typography } from '@strapi/design-system';
import { useIntl } from 'react-intl';
import { Link } from 'react-router-dom';
import { styled } from 'styled-components';

import { messagePath } from '../../utils/paths';
import { t } from '../../utils/translation';
import { appearanceOf, stateWordOf, VARIANTS } from './MessageStateBadge';

import type { EventDelivery, LoggedEvent } from '../../../../server/src/panel/contract';

const COLORS = {
  success: 'success500',
  warning: 'warning500',
  danger: 'danger500',
  primary: 'primary500',
  secondary: 'secondary500',
  neutral: 'neutral500',
} as const;

/** A target of 24 px around a dot of 10 px. */
const Dot = styled(Link)<{ $variant: keyof typeof COLORS }>`
  display: inline-flex;
  align-items: center;
  justify-content: center;
  width: 2.4rem;
  height: 2.4rem;
  border-radius: 50%;

  &::before {
    content: '';
    width: 1rem;
    height: 1rem;
    border-radius: 50%;
    background: ${({ theme, $variant }) => theme.colors[COLORS[$variant]]};
  }
`;

const DeliveryDot = ({ delivery }: { delivery: EventDelivery }) => {
  const { formatMessage } = useIntl();
  const appearance = appearanceOf(delivery);
  const label = [
    delivery.endpointName ?? delivery.url,
    formatMessage(t(stateWordOf(delivery))),
    delivery.lastStatus,
  ]
    .filter((part) => part !== null)
    .join(' · ');
  return (
    <Tooltip label={label}>
      <Dot
        to={messagePath(delivery.messageId)}
        aria-label={label}
        $variant={VARIANTS[appearance]}
      />
    </Tooltip>
  );
};

/** A dot for each delivery of an event, and how many have arrived. */
export const DeliveryDots = ({ event }: { event: LoggedEvent }) => {
  const { formatMessage } = useIntl();
  const { deliveries, total } = event;
  const of = (state: string) => deliveries.filter((one) => one.state === state).length;
  const failed = of('dead');

  if (total === 0) {
    return (
      <Typography textColor="neutral600">{formatMessage(t('events.no-deliveries'))}</Typography>
    );
  }
  return (
    <Flex gap={2} wrap="wrap">
      <Flex wrap="wrap" maxWidth="26rem">
        {deliveries.map((delivery) => (
          <DeliveryDot key={delivery.messageId} delivery={delivery} />
        ))}
      </Flex>
      <Typography textColor={failed > 0 ? 'danger600' : 'neutral600'}>
        {total > deliveries.length
          ? formatMessage(t('events.first-of'), { count: deliveries.length, total })
          : formatMessage(t('events.delivered'), { count: of('delivered'), total, failed })}
      </Typography>
    </Flex>
  );
};
