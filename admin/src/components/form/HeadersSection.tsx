import { useIntl } from 'react-intl';

import { t } from '../../utils/translation';
import { HeadersField } from './HeadersField';
import { SectionCard } from '../SectionCard';

/** Headers sent with every message. */
export const HeadersSection = () => {
  const { formatMessage } = useIntl();

  return (
    <SectionCard
      title={formatMessage(t('headers.title'))}
      subtitle={formatMessage(t('headers.subtitle'))}
    >
      <HeadersField name="headers" />
    </SectionCard>
  );
};
