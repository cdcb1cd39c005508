import { Button, Field, Flex, Modal, Textarea, TextInput, Typography } from '@strapi/design-system';
import { PaperPlane } from '@strapi/icons';
import { useState } from 'react';
import { useIntl } from 'react-intl';
import { styled } from 'styled-components';

import { useErrorText } from '../../hooks/useErrorText';
import { useNotify } from '../../hooks/useNotify';
import { usePublishToWebhookTopicMutation } from '../../services/topics';
import { pathOfMessages } from '../../utils/paths';
import { t } from '../../utils/translation';

import type { TopicView } from '../../../../server/src/panel/contract';

/** Strapi's JSON editor has no accessible name. */
const Code = styled(Textarea)`
  min-height: 16rem;
  font-family: 'SF Mono', Menlo, Consolas, 'Liberation Mono', monospace;
`;

const FIELDS = ['event', 'payload'];
const EXAMPLE = JSON.stringify({ hello: 'world' }, null, 2);

const parseJson = (text: string): { value: unknown } | { problem: string } => {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
};

/** Publishes a message to every endpoint of the topic. */
export const PublishDialog = ({ topic }: { topic: TopicView }) => {
  const { formatMessage } = useIntl();
  const notify = useNotify();
  const { fieldTexts } = useErrorText();
  const [publish, { isLoading }] = usePublishToWebhookTopicMutation();
  const [isOpen, setIsOpen] = useState(false);
  const [payload, setPayload] = useState(EXAMPLE);
  const [event, setEvent] = useState('');
  const [errors, setErrors] = useState<Record<string, string>>({});

  const send = async () => {
    const parsed = parseJson(payload);
    if ('problem' in parsed) return setErrors({ payload: parsed.problem });
    const name = event.trim();
    const result = await publish({
      id: topic.id,
      payload: parsed.value,
      ...(name !== '' && { event: name }),
    });
    if ('error' in result) {
      setErrors(fieldTexts(result.error));
      return notify.refused(result.error, FIELDS);
    }
    setIsOpen(false);
    setErrors({});
    const { messageIds } = result.data;
    return notify.success(
      'topic.published',
      { count: messageIds.length },
      pathOfMessages(messageIds, { topic: [topic.name] })
    );
  };

  return (
    <Modal.Root open={isOpen} onOpenChange={setIsOpen}>
      <Modal.Trigger>
        <Button variant="secondary" startIcon={<PaperPlane />}>
          {formatMessage(t('topic.publish'))}
        </Button>
      </Modal.Trigger>
      <Modal.Content>
        <Modal.Header closeLabel={formatMessage(t('action.close'))}>
          <Modal.Title>{formatMessage(t('topic.publish.title'), { name: topic.name })}</Modal.Title>
        </Modal.Header>
        <Modal.Body>
          <Flex direction="column" alignItems="stretch" gap={5}>
            <Typography>
              {formatMessage(t('topic.publish.body'), { count: topic.endpoints.length })}
            </Typography>
            <Field.Root error={errors.event} hint={formatMessage(t('topic.publish.event.hint'))}>
              <Field.Label>{formatMessage(t('topic.publish.event'))}</Field.Label>
              <TextInput
                value={event}
                placeholder={topic.name}
                onChange={(change: React.ChangeEvent<HTMLInputElement>) =>
                  setEvent(change.target.value)
                }
              />
              <Field.Error />
              <Field.Hint />
            </Field.Root>
            <Field.Root error={errors.payload} required>
              <Field.Label>{formatMessage(t('topic.publish.payload'))}</Field.Label>
              <Code
                value={payload}
                spellCheck={false}
                onChange={(change: React.ChangeEvent<HTMLTextAreaElement>) =>
                  setPayload(change.target.value)
                }
              />
              <Field.Error />
            </Field.Root>
          </Flex>
        </Modal.Body>
        <Modal.Footer>
          <Modal.Close>
            <Button variant="tertiary">{formatMessage(t('action.cancel'))}</Button>
          </Modal.Close>
          <Button loading={isLoading} startIcon={<PaperPlane />} onClick={() => void send()}>
            {formatMessage(t('topic.publish'))}
          </Button>
        </Modal.Footer>
      </Modal.Content>
    </Modal.Root>
  );
};
