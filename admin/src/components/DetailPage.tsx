import { BackButton, Layouts, Page } from '@strapi/strapi/admin';

import { ROOT } from '../utils/paths';

import type { ReactNode } from 'react';

interface DetailPageProps {
  title: string;
  subtitle: string;
  /** Target of the back link when there is no history. */
  list: 'topics' | 'endpoints' | 'schedules';
  actions?: ReactNode;
  children: ReactNode;
}

/** Layout of the page of a single item. */
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
