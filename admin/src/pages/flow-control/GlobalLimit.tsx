import { Typography } from '@strapi/design-system';
import { useIntl } from 'react-intl';

import { t } from '../../utils/translation';
import { SectionCard } from '../../components/SectionCard';

import type { FlowControlList } from '../../../../server/src/panel/contract';

/** Limit for all messages together. */
export const GlobalLimit = ({ global }: Pick<FlowControlList, 'global'>) => {
  const { formatMessage } = useIntl();
  const { parallelism, inFlight } = global;

  return (
    <SectionCard
      title={formatMessage(t('flow.global'))}
      subtitle={formatMessage(t('flow.global.hint'))}
    >
      <Typography>{formatMessage(t('flow.global.use'), { inFlight, parallelism })}</Typography>
    </SectionCard>
  );
};
