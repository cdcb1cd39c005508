import { MultiSelect, MultiSelectOption } from '@strapi/design-system';
import { useField } from '@strapi/strapi/admin';
import { useIntl } from 'react-intl';

import { usePermissions } from '../../hooks/usePermissions';
import { useListWebhookActorsQuery } from '../../services/endpoints';
import { t } from '../../utils/translation';
import { FormField } from '../../components/form/FormField';
import { useReadOnly } from '../../components/form/useReadOnly';

import type { ActorRef } from '../../../../server/src/panel/contract';

const NAME = 'ignoredActors';

const keyOf = ({ kind, id }: ActorRef): string => `${kind}:${id}`;

/** Tokens and users whose changes are not sent. */
export const ActorsField = () => {
  const { formatMessage } = useIntl();
  const can = usePermissions();
  const { data: known = [] } = useListWebhookActorsQuery(undefined, {
    skip: !can('endpoints.update'),
  });
  const { value: chosen = [], onChange } = useField<ActorRef[]>(NAME);
  const isReadOnly = useReadOnly();
  // Those that are chosen stay, also beyond the first hundred.
  const options = new Map([...chosen, ...known].map((actor) => [keyOf(actor), actor]));

  return (
    <FormField name={NAME} label="guard.actors" hint="guard.actors.hint">
      <MultiSelect
        withTags
        disabled={isReadOnly || options.size === 0}
        placeholder={formatMessage(t('guard.actors.placeholder'))}
        value={chosen.map(keyOf)}
        onChange={(keys: string[]) =>
          onChange(
            NAME,
            keys.map((key) => options.get(key)).filter((actor) => actor !== undefined)
          )
        }
        onClear={isReadOnly ? undefined : () => onChange(NAME, [])}
      >
        {[...options].map(([key, { kind, label }]) => (
          <MultiSelectOption key={key} value={key}>
            {formatMessage(t(`guard.actor.${kind}`), { name: label })}
          </MultiSelectOption>
        ))}
      </MultiSelect>
    </FormField>
  );
};
