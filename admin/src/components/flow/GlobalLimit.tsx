import { ProgressBar, Typography } from '@strapi/design-system';
import { useIntl } from 'react-intl';

import { t } from '../../utils/translation';
import { SectionCard } from '../SectionCard';

import type { FlowControlList } from '../../../../server/src/contract';

/** What all messages together may do, whatever their keys say. */
export const GlobalLimit = ({ global }: Pick<FlowControlList, 'global'>) => {
  const { formatMessage } = useIntl();
  const { parallelism, inFlight } = global;
  const label = formatMessage(t('flow.global.use'), { inFlight, parallelism });

  return (
    <SectionCard
      title={formatMessage(t('flow.global'))}
      subtitle={formatMessage(t('flow.global.hint'))}
    >
      <Typography tag="p" paddingBottom={2}>
        {label}
      </Typography>
      <ProgressBar
        aria-label={label}
        value={Math.min(100, Math.round((100 * inFlight) / parallelism))}
      />
    </SectionCard>
  );
};
