import { useIntl } from 'react-intl';

import { CheckboxSet } from '../../components/form/CheckboxSet';
import { t } from '../../utils/translation';

import { INCLUDED } from './shapeFields';

/** Chooses facts about the change that are added to the body. */
export const IncludeField = () => {
  const { formatMessage } = useIntl();

  return (
    <CheckboxSet
      name="shape.include"
      legend={formatMessage(t('shape.include'))}
      values={INCLUDED}
      labelOf={(fact) => formatMessage(t(`shape.include.${fact}`))}
      hint={formatMessage(t('shape.include.hint'))}
    />
  );
};
