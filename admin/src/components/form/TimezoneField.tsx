import { Combobox, ComboboxOption } from '@strapi/design-system';
import { useField } from '@strapi/strapi/admin';
import { useState } from 'react';
import { useIntl } from 'react-intl';

import { t } from '../../utils/translation';

import { FormField } from './FormField';
import { useReadOnly } from './useReadOnly';

export const UTC = 'UTC';
const ZONES: readonly string[] = [UTC, ...Intl.supportedValuesOf('timeZone')];

export const TimezoneField = ({ name }: { name: string }) => {
  const { formatMessage } = useIntl();
  const { value = UTC, onChange } = useField<string>(name);
  const isReadOnly = useReadOnly();
  const zones = ZONES.includes(value) ? ZONES : [value, ...ZONES];
  const [typed, setTyped] = useState(value);
  const clear = () => {
    setTyped(UTC);
    onChange(name, UTC);
  };

  return (
    <FormField name={name} label="schedule.timezone">
      <Combobox
        value={value}
        disabled={isReadOnly}
        textValue={typed}
        onTextValueChange={(text) => setTyped(text ?? '')}
        onChange={(zone) => onChange(name, zone ?? UTC)}
        clearLabel={formatMessage(t('schedule.timezone.clear'))}
        onClear={isReadOnly ? undefined : clear}
        noOptionsMessage={() => formatMessage(t('schedule.timezone.none'))}
      >
        {zones.map((zone) => (
          <ComboboxOption key={zone} value={zone}>
            {zone}
          </ComboboxOption>
        ))}
      </Combobox>
    </FormField>
  );
};
