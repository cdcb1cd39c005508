import { Flex, Typography } from '@strapi/design-system';
import { useIntl } from 'react-intl';

import { readableBody } from './body';
import { t } from '../../utils/translation';

import { CodeBlock } from '../CodeBlock';
import { jsonLines } from '../json/jsonLines';
import { JsonView } from '../json/JsonView';

import type { StoredBody } from '../../../../server/src/panel/contract';

interface BodyViewProps {
  /** Null: the user may not see it. */
  body: StoredBody | null;
  label: string;
  isTruncated?: boolean;
}

/** Body of a request or response. */
export const BodyView = ({ body, label, isTruncated = false }: BodyViewProps) => {
  const { formatMessage } = useIntl();

  if (body === null) {
    return <Typography textColor="neutral600">{formatMessage(t('body.forbidden'))}</Typography>;
  }
  const { text, sizeBytes, isBinary } = readableBody(body);
  const lines = isBinary ? null : jsonLines(text);
  if (text === '') {
    return <Typography textColor="neutral600">{formatMessage(t('body.empty'))}</Typography>;
  }
  return (
    <Flex direction="column" alignItems="stretch" gap={2} width="100%">
      {lines === null ? (
        <CodeBlock label={label}>{text}</CodeBlock>
      ) : (
        <JsonView text={text} raw={body.text} lines={lines} label={label} />
      )}
      <Typography variant="pi" textColor="neutral600">
        {formatMessage(t('body.size'), { bytes: sizeBytes })}
        {isBinary && ` · ${formatMessage(t('body.binary'))}`}
        {isTruncated && ` · ${formatMessage(t('body.truncated'))}`}
      </Typography>
    </Flex>
  );
};
