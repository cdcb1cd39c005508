import { Flex } from '@strapi/design-system';
import { BackButton, Layouts, Page } from '@strapi/strapi/admin';

import { useState } from 'react';

import { ROOT } from '../utils/paths';

import { HeaderSlotProvider } from './headerSlot';

import type { ReactNode } from 'react';

interface DetailPageProps {
  title: string;
  subtitle: string;
  /** Target of the back link when there is no history. */
  list: 'topics' | 'endpoints' | 'schedules';
  actions?: ReactNode;
  children: ReactNode;
}

/** Layout of the page of a single item. The form on it puts its save button into the header. */
export const DetailPage = ({ title, subtitle, list, actions, children }: DetailPageProps) => {
  const [slot, setSlot] = useState<HTMLElement | null>(null);

  return (
    <Page.Main>
      <Page.Title>{title}</Page.Title>
      <Layouts.Header
        title={title}
        subtitle={subtitle}
        navigationAction={<BackButton fallback={`${ROOT}/${list}`} />}
        primaryAction={
          <Flex gap={2} wrap="wrap">
            {actions}
            <div ref={setSlot} />
          </Flex>
        }
      />
      <Layouts.Content>
        <HeaderSlotProvider value={slot}>{children}</HeaderSlotProvider>
      </Layouts.Content>
    </Page.Main>
  );
};
