import { useField } from '@strapi/strapi/admin';

/** In place of a URL: the receiver claims its messages. */
export const PULL_URL = 'pull:';

export const isPulled = ({ url }: { url: string }): boolean => url === PULL_URL;

/** Whether the receiver of the endpoint in the form claims its messages. */
export const useIsPulled = (): boolean => {
  const { value: url = '' } = useField<string>('url');
  return isPulled({ url });
};
