import { Flex } from '@strapi/design-system';
import { useIntl } from 'react-intl';

import { t } from '../../utils/translation';
import { CallbackEditor } from './CallbackEditor';
import { SectionCard } from '../../components/SectionCard';

/** Callbacks of the endpoint. */
export const CallbacksSection = () => {
  const { formatMessage } = useIntl();

  return (
    <SectionCard
      title={formatMessage(t('callbacks.title'))}
      subtitle={formatMessage(t('callbacks.subtitle'))}
    >
      <Flex direction="column" alignItems="stretch" gap={6}>
        <CallbackEditor
          name="callbacks.success"
          label="callbacks.success"
          hint="callbacks.success.hint"
        />
        <CallbackEditor
          name="callbacks.failure"
          label="callbacks.failure"
          hint="callbacks.failure.hint"
        />
      </Flex>
    </SectionCard>
  );
};
