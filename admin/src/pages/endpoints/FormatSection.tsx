import { Flex, Grid, Link } from '@strapi/design-system';
import { useField } from '@strapi/strapi/admin';
import { useIntl } from 'react-intl';
import { NavLink } from 'react-router-dom';

import { usePermissions } from '../../hooks/usePermissions';
import { useListWebhookFormatsQuery } from '../../services/endpoints';
import { eventCatalogPath } from '../../utils/paths';
import { t } from '../../utils/translation';
import { SelectField } from '../../components/form/SelectField';
import { TextField } from '../../components/form/TextField';
import { SectionCard } from '../../components/SectionCard';

import { IncludeField } from './IncludeField';
import { NO_FORMAT, optionsOf, SERVICES, shapeInputOf, type ShapeFields } from './shapeFields';
import { ShapePreview } from './ShapePreview';

import type { FormatList, ShapeInput } from '../../../../server/src/panel/contract';

/** Where the server's errors point, too. */
const OPTIONS_AT = 'shape.format.options';

const OPTION_WORDS = {
  eventType: { label: 'shape.option.eventType', hint: 'shape.option.eventType.hint' },
  ref: { label: 'shape.option.ref', hint: 'shape.option.ref.hint' },
  siteId: { label: 'shape.option.siteId', hint: 'shape.option.siteId.hint' },
} as const;

const choicesOf = ({ presets, code }: FormatList) => [
  ...presets.map((name) => ({ value: `preset:${name}`, label: SERVICES[name] ?? name })),
  ...code.map((name) => ({ value: `code:${name}`, label: name })),
];

interface FormatSectionProps {
  stored: ShapeInput | null | undefined;
  /** Undefined for a new endpoint. */
  endpointId: number | undefined;
}

/** How much of an event is sent, in which format, with a preview. */
export const FormatSection = ({ stored, endpointId }: FormatSectionProps) => {
  const { formatMessage } = useIntl();
  const can = usePermissions();
  const { value: shape } = useField<ShapeFields>('shape');
  const { data: formats } = useListWebhookFormatsQuery();
  if (shape === undefined || formats === undefined) return null;

  const choices = choicesOf(formats);
  // A transformation that is not registered at the moment stays chosen.
  if (shape.choice !== NO_FORMAT && !choices.some(({ value }) => value === shape.choice)) {
    choices.push({ value: shape.choice, label: shape.choice.slice(shape.choice.indexOf(':') + 1) });
  }

  return (
    <SectionCard
      title={formatMessage(t('shape.title'))}
      subtitle={formatMessage(t('shape.subtitle'))}
      action={
        endpointId !== undefined &&
        can('topics.read') && (
          <Link tag={NavLink} to={eventCatalogPath(endpointId)}>
            {formatMessage(t('shape.catalog'))}
          </Link>
        )
      }
    >
      <Grid.Root gap={6}>
        <Grid.Item col={6} s={12} xs={12} direction="column" alignItems="stretch">
          <Flex direction="column" alignItems="stretch" gap={5}>
            <SelectField
              name="shape.choice"
              label="shape.format"
              hint="shape.format.hint"
              options={[
                { value: NO_FORMAT, label: formatMessage(t('shape.format.none')) },
                ...choices,
              ]}
            />
            {optionsOf(shape.choice).map((name) => (
              <TextField key={name} name={`${OPTIONS_AT}.${name}`} {...OPTION_WORDS[name]} />
            ))}
            <SelectField
              name="shape.payload"
              label="shape.payload"
              hint="shape.payload.hint"
              options={(['full', 'thin'] as const).map((value) => ({
                value,
                label: formatMessage(t(`shape.payload.${value}`)),
              }))}
            />
            {shape.payload === 'full' && (
              <>
                <TextField
                  name="shape.fields"
                  label="shape.fields"
                  hint="shape.fields.hint"
                  placeholder="title, slug"
                />
                <TextField
                  name="shape.populate"
                  label="shape.populate"
                  hint="shape.populate.hint"
                  isMultiline
                />
                <IncludeField />
              </>
            )}
          </Flex>
        </Grid.Item>
        <Grid.Item col={6} s={12} xs={12} direction="column" alignItems="stretch">
          <ShapePreview shape={shapeInputOf(shape, stored)} />
        </Grid.Item>
      </Grid.Root>
    </SectionCard>
  );
};
