import { Checkbox, Flex, Typography } from '@strapi/design-system';
import { useField } from '@strapi/strapi/admin';

import { firstMessage } from '../../utils/formErrors';
import { useReadOnly } from './useReadOnly';

interface CheckboxSetProps<Value extends string> {
  name: string;
  legend: string;
  values: readonly Value[];
  labelOf: (value: Value) => string;
  hint?: string;
  /** Checked for good. */
  locked?: Value;
  /** Returns what is chosen when a value has been added. Default: the values in their order. */
  add?: (chosen: readonly Value[], value: Value) => readonly Value[];
}

/** Chooses any number of values. The field's value is the list of those chosen. */
export const CheckboxSet = <Value extends string>({
  name,
  legend,
  values,
  labelOf,
  hint,
  locked,
  add = (chosen, value) => values.filter((one) => one === value || chosen.includes(one)),
}: CheckboxSetProps<Value>) => {
  const { value: chosen = [], onChange, rawError } = useField<readonly Value[]>(name);
  const error = firstMessage(rawError);
  const isReadOnly = useReadOnly();

  return (
    <Flex
      tag="fieldset"
      direction="column"
      alignItems="flex-start"
      gap={2}
      borderWidth={0}
      padding={0}
    >
      <Typography
        tag="legend"
        variant="pi"
        fontWeight="bold"
        paddingLeft={0}
        paddingRight={0}
        paddingBottom={2}
      >
        {legend}
      </Typography>
      {values.map((value) => (
        <Checkbox
          key={value}
          checked={chosen.includes(value)}
          disabled={isReadOnly || value === locked}
          onCheckedChange={(checked) =>
            onChange(
              name,
              checked === true ? add(chosen, value) : chosen.filter((one) => one !== value)
            )
          }
        >
          {labelOf(value)}
        </Checkbox>
      ))}
      {error !== undefined && (
        <Typography variant="pi" textColor="danger600" role="alert">
          {error}
        </Typography>
      )}
      {hint !== undefined && (
        <Typography variant="pi" textColor="neutral600">
          {hint}
        </Typography>
      )}
    </Flex>
  );
};
