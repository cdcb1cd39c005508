import { Flex, Typography } from '@strapi/design-system';
import { useIntl } from 'react-intl';

import { BodyView } from '../messages/BodyView';
import { t } from '../../utils/translation';

import type { ShapePreview } from '../../../../server/src/panel/contract';

/** Method, headers and body that a shape has made. */
export const ShapedRequestView = ({ preview }: { preview: ShapePreview }) => {
  const { formatMessage } = useIntl();
  const { request, problem } = preview;

  if (problem !== null) {
    return (
      <Typography variant="pi" textColor="danger600" role="alert">
        {problem}
      </Typography>
    );
  }
  if (request === null) {
    return <Typography textColor="neutral600">{formatMessage(t('shape.nothing'))}</Typography>;
  }
  const { method, contentType, headers, body } = request;
  const lines = [
    method,
    ...Object.entries({ 'Content-Type': contentType, ...headers }).map(
      ([name, value]) => `${name}: ${value}`
    ),
  ].filter((line) => line !== null);
  return (
    <Flex direction="column" alignItems="stretch" gap={2} width="100%">
      {lines.map((line) => (
        <Typography key={line} variant="pi" textColor="neutral600">
          {line}
        </Typography>
      ))}
      <BodyView body={body} label={formatMessage(t('shape.body'))} />
    </Flex>
  );
};
