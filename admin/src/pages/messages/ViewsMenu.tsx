import { Field, MenuItem, SimpleMenu, TextInput } from '@strapi/design-system';
import { useState } from 'react';
import { useIntl } from 'react-intl';

import { useSavedViews } from './savedViews';
import { FormDialog } from '../../components/FormDialog';
import { parseFilter } from '../../components/messages/filterParams';
import { filterQuery } from '../../utils/paths';
import { DAY_MS, HOUR_MS } from '../../utils/time';
import { t, type TranslationKey } from '../../utils/translation';

import type { MessageListFilter } from '../../../../server/src/panel/contract';

/** Views that everybody has. */
const PRESETS: readonly { label: TranslationKey; filter: (now: number) => MessageListFilter }[] = [
  { label: 'views.last-hour', filter: (now) => ({ from: now - HOUR_MS }) },
  { label: 'views.last-day', filter: (now) => ({ from: now - DAY_MS }) },
  {
    label: 'views.failed-last-day',
    filter: (now) => ({ displayed: ['dead'], from: now - DAY_MS }),
  },
  { label: 'views.retrying', filter: () => ({ displayed: ['retrying'] }) },
  { label: 'views.no-response', filter: () => ({ status: [0] }) },
];

interface ViewsMenuProps {
  filter: MessageListFilter;
  onChange: (filter: MessageListFilter) => void;
}

/** Ready-made and saved filters. */
export const ViewsMenu = ({ filter, onChange }: ViewsMenuProps) => {
  const { formatMessage } = useIntl();
  const { views, save, remove } = useSavedViews();
  const [name, setName] = useState<string | null>(null);
  const query = filterQuery(filter).toString();
  const keep = (chosen: string) => {
    if (chosen === '') return;
    save({ name: chosen, query });
    setName(null);
  };
  const current = views.find((view) => view.query === query);

  return (
    <>
      <SimpleMenu variant="tertiary" label={formatMessage(t('views.title'))}>
        {current === undefined ? (
          <MenuItem disabled={query === ''} onSelect={() => setName('')}>
            {formatMessage(t('views.save'))}
          </MenuItem>
        ) : (
          <MenuItem variant="danger" onSelect={() => remove(current.name)}>
            {formatMessage(t('action.delete-what'), { what: current.name })}
          </MenuItem>
        )}
        {views.map((view) => (
          <MenuItem
            key={`saved ${view.name}`}
            onSelect={() => onChange(parseFilter(new URLSearchParams(view.query)))}
          >
            {view.name}
          </MenuItem>
        ))}
        {PRESETS.map((preset) => (
          <MenuItem key={preset.label} onSelect={() => onChange(preset.filter(Date.now()))}>
            {formatMessage(t(preset.label))}
          </MenuItem>
        ))}
      </SimpleMenu>
      {name !== null && (
        <FormDialog
          title={formatMessage(t('views.save'))}
          onClose={() => setName(null)}
          submitLabel={formatMessage(t('action.save'))}
          isBusy={false}
          onSubmit={() => Promise.resolve(keep(name.trim()))}
        >
          <Field.Root required>
            <Field.Label>{formatMessage(t('views.name'))}</Field.Label>
            <TextInput
              value={name}
              maxLength={80}
              onChange={(event: React.ChangeEvent<HTMLInputElement>) => setName(event.target.value)}
            />
          </Field.Root>
        </FormDialog>
      )}
    </>
  );
};
