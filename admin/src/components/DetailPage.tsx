import { Flex, Typography } from '@strapi/design-system';
import { BackButton, Layouts, Page } from '@strapi/strapi/admin';

import { useState } from 'react';

import { ROOT } from '../utils/paths';

import { HeaderSlotProvider } from './headerSlot';

import type { ReactNode } from 'react';

interface DetailPageProps {
  title: string;
  /** Before the subtitle: beside the title, it would leave no room for the actions. */
  badge?: ReactNode;
  subtitle: ReactNode;
  /** Target of the back link when there is no history. */
  list: 'topics' | 'endpoints' | 'schedules';
  actions?: ReactNode;
  children: ReactNode;
}

/** Layout of the page of a single item. The form on it puts its save button into the header. */
export const DetailPage = ({
  title,
  badge,
  subtitle,
  list,
  actions,
  children,
}: DetailPageProps) => {
  const [slot, setSlot] = useState<HTMLElement | null>(null);

  return (
    <Page.Main>
      <Page.Title>{title}</Page.Title>
      <Layouts.Header
        title={title}
        subtitle={
          <Flex gap={3} wrap="wrap">
            {badge}
            <Typography tag="p" variant="epsilon" textColor="neutral600">
              {subtitle}
            </Typography>
          </Flex>
        }
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
