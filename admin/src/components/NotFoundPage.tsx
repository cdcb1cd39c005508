import { EmptyStateLayout, LinkButton } from '@strapi/design-system';
import { EmptyDocuments } from '@strapi/icons/symbols';
import { Layouts, Page } from '@strapi/strapi/admin';
import { useIntl } from 'react-intl';
import { NavLink } from 'react-router-dom';

import { ROOT } from '../utils/paths';
import { t } from '../utils/translation';

interface NotFoundPageProps {
  content: string;
  /** The list to go back to. */
  list: 'messages' | 'endpoints' | 'topics' | 'schedules';
}

/** For an item that does not exist, with the way back to its list. */
export const NotFoundPage = ({ content, list }: NotFoundPageProps) => {
  const { formatMessage } = useIntl();
  return (
    <Page.Main>
      <Layouts.Header title={formatMessage(t('not-found.title'))} />
      <Layouts.Content>
        <EmptyStateLayout
          icon={<EmptyDocuments width="16rem" />}
          hasRadius
          content={content}
          action={
            <LinkButton tag={NavLink} to={`${ROOT}/${list}`} variant="secondary">
              {formatMessage(t(`${list}.title`))}
            </LinkButton>
          }
        />
      </Layouts.Content>
    </Page.Main>
  );
};
