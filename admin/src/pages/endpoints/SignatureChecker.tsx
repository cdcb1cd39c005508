import { Button, Field, Flex, Textarea, Typography } from '@strapi/design-system';
import { useState } from 'react';
import { useIntl } from 'react-intl';

import { SectionCard } from '../../components/SectionCard';
import { useErrorText } from '../../hooks/useErrorText';
import { useFormatDuration } from '../../hooks/useFormatDuration';
import { useCheckWebhookSignatureMutation } from '../../services/endpoints';
import { t } from '../../utils/translation';

import type { SignatureCheck } from '../../../../server/src/panel/contract';

/** Receivers refuse older messages. */
const TOLERANCE_MS = 300_000;

const BodyDiffers = ({
  difference,
}: {
  difference: NonNullable<SignatureCheck['bodyDifference']>;
}) => {
  const { formatMessage } = useIntl();
  const { at, sentBytes, givenBytes } = difference;
  const quote = (text: string) =>
    text === '' ? (
      formatMessage(t('check.end'))
    ) : (
      <code key="quote" style={{ fontFamily: 'monospace', whiteSpace: 'pre-wrap' }}>
        {JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"')}
      </code>
    );
  return (
    <>
      <Typography>
        {formatMessage(t('check.body-differs'), { at: at + 1, sentBytes, givenBytes })}
      </Typography>
      <ul>
        {(['sent', 'given'] as const).map((side) => (
          <Typography key={side} tag="li">
            {formatMessage(t(`check.${side}`), { text: quote(difference[side]) })}
          </Typography>
        ))}
      </ul>
    </>
  );
};

const Verdict = ({ check }: { check: SignatureCheck }) => {
  const { formatMessage } = useIntl();
  const formatDuration = useFormatDuration();
  const { verdict, ageMs, bodyDifference, signatureDiffersAt } = check;
  const isGood = verdict === 'current' || verdict === 'previous';

  return (
    <Flex direction="column" alignItems="stretch" gap={1} role="status">
      <Typography fontWeight="bold" textColor={isGood ? 'success700' : 'danger700'}>
        {formatMessage(t(`check.${verdict}`))}
      </Typography>
      {bodyDifference !== null && <BodyDiffers difference={bodyDifference} />}
      {signatureDiffersAt !== null && (
        <Typography>
          {formatMessage(t('check.signature-differs'), { at: signatureDiffersAt + 1 })}
        </Typography>
      )}
      {ageMs !== null && Math.abs(ageMs) > TOLERANCE_MS && (
        <Typography>
          {formatMessage(t('check.old'), { age: formatDuration(Math.abs(ageMs)) })}
        </Typography>
      )}
    </Flex>
  );
};

/** Tells which secret made a signature that the receiver got, or why none did. */
export const SignatureChecker = ({ endpointId }: { endpointId: number }) => {
  const { formatMessage } = useIntl();
  const { errorText } = useErrorText();
  const [headers, setHeaders] = useState('');
  const [body, setBody] = useState('');
  const [check, { data, error, isLoading }] = useCheckWebhookSignatureMutation();

  return (
    <SectionCard
      title={formatMessage(t('check.title'))}
      subtitle={formatMessage(t('check.subtitle'))}
    >
      <Flex direction="column" alignItems="stretch" gap={4}>
        <Field.Root name="check-headers" required>
          <Field.Label>{formatMessage(t('check.headers'))}</Field.Label>
          <Textarea
            value={headers}
            placeholder={
              'webhook-id: msg_…\nwebhook-timestamp: 1700000000\nwebhook-signature: v1,…'
            }
            spellCheck={false}
            onChange={(event) => setHeaders(event.currentTarget.value)}
          />
        </Field.Root>
        <Field.Root name="check-body" hint={formatMessage(t('check.body.hint'))}>
          <Field.Label>{formatMessage(t('check.body'))}</Field.Label>
          <Textarea
            value={body}
            spellCheck={false}
            onChange={(event) => setBody(event.currentTarget.value)}
          />
          <Field.Hint />
        </Field.Root>
        <Flex gap={4} wrap="wrap">
          <Button
            variant="secondary"
            loading={isLoading}
            disabled={headers.trim() === ''}
            onClick={() => void check({ id: endpointId, headers, body })}
          >
            {formatMessage(t('check.action'))}
          </Button>
          {error !== undefined && (
            <Typography textColor="danger600" role="alert">
              {errorText(error)}
            </Typography>
          )}
          {data !== undefined && error === undefined && <Verdict check={data} />}
        </Flex>
      </Flex>
    </SectionCard>
  );
};
