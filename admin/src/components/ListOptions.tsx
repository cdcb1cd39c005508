import { Button, Checkbox, Flex, Popover, Typography } from '@strapi/design-system';
import { Cog } from '@strapi/icons';
import { useId } from 'react';
import { useIntl } from 'react-intl';

import { t } from '../utils/translation';

import { OneChoice } from './OneChoice';

import type { ListChoices } from '../hooks/useListChoices';

const PAGE_SIZES = [10, 20, 50, 100];

interface ListOptionsProps {
  choices: ListChoices;
  /** The first one stays, because it has the link. */
  columns: readonly { name: string; label: string }[];
  /** Lists that are loaded as a whole have no pages. */
  hasPages?: boolean;
}

/** Chooses the columns of a list, and its rows per page. */
export const ListOptions = ({ choices, columns, hasPages = true }: ListOptionsProps) => {
  const { formatMessage } = useIntl();
  const heading = useId();
  const { hidden, pageSize, choose } = choices;

  return (
    <Popover.Root>
      <Popover.Trigger>
        <Button variant="tertiary" size="S" startIcon={<Cog />}>
          {formatMessage(t('list.options'))}
        </Button>
      </Popover.Trigger>
      <Popover.Content align="end" aria-label={formatMessage(t('list.options'))}>
        <Flex direction="column" alignItems="stretch" gap={4} padding={4} minWidth="20rem">
          <Flex
            direction="column"
            alignItems="flex-start"
            gap={2}
            role="group"
            aria-labelledby={heading}
          >
            <Typography id={heading} variant="pi" fontWeight="bold">
              {formatMessage(t('list.columns'))}
            </Typography>
            {columns.slice(1).map(({ name, label }) => (
              <Checkbox
                key={name}
                checked={!hidden.includes(name)}
                onCheckedChange={(checked) => {
                  const others = hidden.filter((one) => one !== name);
                  choose({ hidden: checked === true ? others : [...others, name] });
                }}
              >
                {label}
              </Checkbox>
            ))}
          </Flex>
          {hasPages && (
            <OneChoice
              label={formatMessage(t('list.page-size'))}
              value={String(pageSize)}
              options={PAGE_SIZES.map((size) => ({ value: String(size), label: String(size) }))}
              onChoose={(size) => choose({ pageSize: Number(size) })}
            />
          )}
        </Flex>
      </Popover.Content>
    </Popover.Root>
  );
};
