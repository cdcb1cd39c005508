import { Button, Flex, Textarea, Typography } from '@strapi/design-system';
import { useField } from '@strapi/strapi/admin';
import { useIntl } from 'react-intl';

import { JSON_TYPE } from './scheduleFields';
import { t } from '../../utils/translation';
import { FormField } from '../../components/form/FormField';
import { TextField } from '../../components/form/TextField';
import { useReadOnly } from '../../components/form/useReadOnly';

/** Body of each run. A hidden body is kept until another is typed. */
export const PayloadField = () => {
  const { formatMessage } = useIntl();
  const { value: payload = null, onChange } = useField<string | null>('payload');
  const isReadOnly = useReadOnly();
  const set = (text: string) => onChange('payload', text);

  return (
    <Flex direction="column" alignItems="stretch" gap={5}>
      <TextField name="contentType" label="schedule.content-type" placeholder={JSON_TYPE} />
      {payload === null ? (
        <Flex gap={4} wrap="wrap">
          <Typography textColor="neutral600">
            {formatMessage(t('schedule.payload.hidden'))}
          </Typography>
          {!isReadOnly && (
            <Button variant="tertiary" size="S" onClick={() => set('')}>
              {formatMessage(t('schedule.payload.replace'))}
            </Button>
          )}
        </Flex>
      ) : (
        <FormField name="payload" label="schedule.payload" hint="schedule.payload.hint">
          <Textarea
            value={payload}
            disabled={isReadOnly}
            spellCheck={false}
            onChange={(event: React.ChangeEvent<HTMLTextAreaElement>) => set(event.target.value)}
          />
        </FormField>
      )}
    </Flex>
  );
};
