import { SingleSelect, SingleSelectOption } from '@strapi/design-system';
import { useField } from '@strapi/strapi/admin';
import { useIntl } from 'react-intl';

import { FormField } from '../../components/form/FormField';
import { useReadOnly } from '../../components/form/useReadOnly';
import { PULL_URL, useIsPulled } from '../../utils/pull';
import { t } from '../../utils/translation';

/** Whether messages are sent to a URL, or the receiver claims them. */
export const KindField = () => {
  const { formatMessage } = useIntl();
  const { onChange } = useField<string>('url');
  const isReadOnly = useReadOnly();
  const isPulled = useIsPulled();

  return (
    <FormField
      name="kind"
      label="pull.kind"
      hint={isPulled ? 'pull.kind.pull.hint' : 'pull.kind.push.hint'}
    >
      <SingleSelect
        disabled={isReadOnly}
        value={isPulled ? 'pull' : 'push'}
        onChange={(chosen) => onChange('url', chosen === 'pull' ? PULL_URL : '')}
      >
        <SingleSelectOption value="push">{formatMessage(t('pull.kind.push'))}</SingleSelectOption>
        <SingleSelectOption value="pull">{formatMessage(t('pull.kind.pull'))}</SingleSelectOption>
      </SingleSelect>
    </FormField>
  );
};
