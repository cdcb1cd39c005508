import { Box, Flex, Tabs, Typography } from '@strapi/design-system';
import { useIntl } from 'react-intl';

import { useAddressPart } from '../../hooks/useAddressPart';
import { requestLine } from '../../utils/requestLine';
import { t } from '../../utils/translation';
import { Copyable } from '../Copyable';
import { BodyView } from './BodyView';
import { CodeBlock } from '../CodeBlock';
import { HeaderList } from './HeaderList';

import type { AttemptView } from '../../../../server/src/panel/contract';

const ResponsePanel = ({ attempt }: { attempt: AttemptView }) => {
  const { formatMessage } = useIntl();
  const { response, error } = attempt;

  if (response === null) {
    return (
      <Flex direction="column" alignItems="stretch" gap={2}>
        <Typography>{formatMessage(t('attempt.no-response'))}</Typography>
        {error !== null && <CodeBlock label={formatMessage(t('attempt.error'))}>{error}</CodeBlock>}
      </Flex>
    );
  }
  return (
    <Flex direction="column" alignItems="stretch" gap={4}>
      <HeaderList headers={response.headers} label={formatMessage(t('attempt.response.headers'))} />
      <BodyView
        body={response.body}
        isTruncated={response.bodyTruncated}
        label={formatMessage(t('attempt.response.body'))}
      />
    </Flex>
  );
};

/** Request and response of one attempt. */
export const AttemptDetails = ({ attempt }: { attempt: AttemptView }) => {
  const { formatMessage } = useIntl();
  const { request } = attempt;
  const [side, setSide] = useAddressPart('side');

  return (
    <Tabs.Root
      variant="simple"
      value={side === 'request' ? side : 'response'}
      onValueChange={setSide}
    >
      <Tabs.List aria-label={formatMessage(t('attempt.details'))}>
        <Tabs.Trigger value="response">{formatMessage(t('attempt.response'))}</Tabs.Trigger>
        <Tabs.Trigger value="request">{formatMessage(t('attempt.request'))}</Tabs.Trigger>
      </Tabs.List>
      <Tabs.Content value="response">
        <Box paddingTop={4}>
          <ResponsePanel attempt={attempt} />
        </Box>
      </Tabs.Content>
      <Tabs.Content value="request">
        <Flex direction="column" alignItems="stretch" gap={4} paddingTop={4}>
          <Typography fontWeight="bold" style={{ overflowWrap: 'anywhere' }}>
            <Copyable text={request.url} label={formatMessage(t('endpoint.url'))}>
              {requestLine(request)}
            </Copyable>
          </Typography>
          <HeaderList
            headers={request.headers}
            label={formatMessage(t('attempt.request.headers'))}
          />
        </Flex>
      </Tabs.Content>
    </Tabs.Root>
  );
};
