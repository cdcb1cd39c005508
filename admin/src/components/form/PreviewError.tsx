import { Typography } from '@strapi/design-system';

import { useErrorText } from '../../hooks/useErrorText';

import type { RequestError } from '../../utils/apiError';

/** Says why the server could not make a preview. */
export const PreviewError = ({ error }: { error: RequestError }) => {
  const { errorText } = useErrorText();
  return (
    <Typography variant="pi" textColor="danger600" role="alert">
      {errorText(error)}
    </Typography>
  );
};
