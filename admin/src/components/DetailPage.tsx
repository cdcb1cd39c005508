import { BackButton, Layouts, Page } from '@strapi/strapi/admin';

import { ROOT } from '../utils/paths';

import type { ReactNode } from 'react';

interface DetailPageProps {
  title: string;
  subtitle: string;
  /** Where "back" leads for those who came by a link: the list it belongs to. */
  list: 'topics' | 'endpoints' | 'schedules';
  actions?: ReactNode;
  children: ReactNode;
}

/** The page of one thing out of a list. */
export const DetailPage = ({ title, subtitle, list, actions, children }: DetailPageProps) => (
  <Page.Main>
    <Page.Title>{title}</Page.Title>
    <Layouts.Header
      title={title}
      subtitle={subtitle}
      navigationAction={<BackButton fallback={`${ROOT}/${list}`} />}
      primaryAction={actions}
    />
    <Layouts.Content>{children}</Layouts.Content>
  </Page.Main>
);
