import { Box, Button, Flex, Grid } from '@strapi/design-system';
import { CaretDown, CaretUp } from '@strapi/icons';
import { useField } from '@strapi/strapi/admin';
import { useId, useState } from 'react';
import { useIntl } from 'react-intl';

import { hasOptions, type CallbackFields } from './callbackFields';
import { METHODS } from '../../utils/endpointFields';
import { firstMessage } from '../../utils/formErrors';
import { t, type TranslationKey } from '../../utils/translation';
import { SelectField } from '../../components/form/SelectField';
import { TextField } from '../../components/form/TextField';
import { ToggleField } from '../../components/form/ToggleField';

import { CallbackOptions } from './CallbackOptions';

interface CallbackEditorProps {
  /** Path in the form's values: `callbacks.success`. */
  name: string;
  label: TranslationKey;
  hint: TranslationKey;
}

/** One callback: off, or a URL or handler with its options. Options with errors are always open. */
export const CallbackEditor = ({ name, label, hint }: CallbackEditorProps) => {
  const { formatMessage } = useIntl();
  const { value: fields, rawError } = useField<CallbackFields>(name);
  const [wantsOptions, setWantsOptions] = useState(fields !== undefined && hasOptions(fields));
  const optionsId = useId();
  if (fields === undefined) return null;
  const isOpen = wantsOptions || firstMessage(rawError) !== undefined;

  return (
    <Flex direction="column" alignItems="stretch" gap={5}>
      <Box maxWidth="40rem">
        <ToggleField name={`${name}.isOn`} label={label} hint={hint} />
      </Box>
      {fields.isOn && (
        <Box borderColor="neutral200" hasRadius padding={{ initial: 3, medium: 5 }}>
          <Flex direction="column" alignItems="stretch" gap={5}>
            <Grid.Root gap={5}>
              <Grid.Item col={9} xs={12} alignItems="stretch">
                <TextField
                  name={`${name}.url`}
                  label="callback.url"
                  hint="callback.url.hint"
                  placeholder="https://example.com/callback"
                  required
                />
              </Grid.Item>
              <Grid.Item col={3} xs={12} alignItems="stretch">
                <SelectField
                  name={`${name}.method`}
                  label="endpoint.method"
                  options={METHODS.map((method) => ({ value: method, label: method }))}
                />
              </Grid.Item>
            </Grid.Root>
            <Flex>
              <Button
                variant="tertiary"
                size="S"
                endIcon={isOpen ? <CaretUp /> : <CaretDown />}
                aria-expanded={isOpen}
                aria-controls={optionsId}
                onClick={() => setWantsOptions(!isOpen)}
              >
                {formatMessage(t('callback.options'))}
              </Button>
            </Flex>
            <Box id={optionsId}>
              {isOpen && (
                <Flex direction="column" alignItems="stretch" gap={6}>
                  <CallbackOptions name={name} />
                  {fields.failure !== null && (
                    <CallbackEditor
                      name={`${name}.failure`}
                      label="callback.failure-of"
                      hint="callback.failure-of.hint"
                    />
                  )}
                </Flex>
              )}
            </Box>
          </Flex>
        </Box>
      )}
    </Flex>
  );
};
