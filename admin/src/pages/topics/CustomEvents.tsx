import { Button, Field, Flex, Tag, TextInput } from '@strapi/design-system';
import { Cross, Plus } from '@strapi/icons';
import { useState } from 'react';
import { useIntl } from 'react-intl';

import { t } from '../../utils/translation';

interface CustomEventsProps {
  /** Event names that are not in the catalog. */
  custom: readonly string[];
  isReadOnly: boolean;
  onAdd: (name: string) => void;
  onRemove: (name: string) => void;
}

/** Events emitted by the app's own code. They cannot be listed, so they are typed. */
export const CustomEvents = ({ custom, isReadOnly, onAdd, onRemove }: CustomEventsProps) => {
  const { formatMessage } = useIntl();
  const [typed, setTyped] = useState('');

  const add = () => {
    const name = typed.trim();
    if (name === '') return;
    onAdd(name);
    setTyped('');
  };

  return (
    <Flex direction="column" alignItems="stretch" gap={3} width="100%">
      {!isReadOnly && (
        <Field.Root hint={formatMessage(t('topic.events.custom.hint'))}>
          <Field.Label>{formatMessage(t('topic.events.custom.label'))}</Field.Label>
          <Flex gap={2}>
            <TextInput
              value={typed}
              placeholder="orders.paid"
              onChange={(event: React.ChangeEvent<HTMLInputElement>) =>
                setTyped(event.target.value)
              }
              onKeyDown={(event: React.KeyboardEvent) => {
                if (event.key !== 'Enter') return;
                event.preventDefault(); // the name, not the form
                add();
              }}
            />
            <Button
              variant="secondary"
              size="L"
              startIcon={<Plus />}
              disabled={typed.trim() === ''}
              onClick={add}
            >
              {formatMessage(t('action.add'))}
            </Button>
          </Flex>
          <Field.Hint />
        </Field.Root>
      )}
      {custom.length > 0 && (
        <Flex gap={2} wrap="wrap">
          {custom.map((name) => (
            <Tag
              key={name}
              icon={<Cross aria-hidden />}
              label={formatMessage(t('action.remove-what'), { what: name })}
              disabled={isReadOnly}
              onClick={() => onRemove(name)}
            >
              {name}
            </Tag>
          ))}
        </Flex>
      )}
    </Flex>
  );
};
