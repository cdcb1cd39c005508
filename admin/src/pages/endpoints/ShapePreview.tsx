import { Flex, Typography } from '@strapi/design-system';
import { useDebounce } from '@strapi/strapi/admin';
import { useIntl } from 'react-intl';

import { PreviewError } from '../../components/form/PreviewError';
import { ShapedRequestView } from '../../components/trial/ShapedRequestView';
import { usePreviewWebhookShapeQuery } from '../../services/endpoints';
import { t } from '../../utils/translation';

import type { ShapeInput } from '../../../../server/src/panel/contract';

const TYPING_PAUSE_MS = 400;

/** Shows what the shape makes of an example event, rendered by the server. */
export const ShapePreview = ({ shape }: { shape: ShapeInput }) => {
  const { formatMessage } = useIntl();
  const settled = useDebounce(JSON.stringify(shape), TYPING_PAUSE_MS);
  const { currentData, error } = usePreviewWebhookShapeQuery(JSON.parse(settled) as ShapeInput);

  if (error) return <PreviewError error={error} />;
  if (!currentData) return null;
  return (
    <Flex direction="column" alignItems="stretch" gap={2}>
      <Typography variant="pi" fontWeight="bold">
        {formatMessage(t('shape.preview'))}
      </Typography>
      <ShapedRequestView preview={currentData} />
    </Flex>
  );
};
