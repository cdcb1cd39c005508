import { Box, Checkbox, Flex, Grid, Radio, Typography } from '@strapi/design-system';
import { useField } from '@strapi/strapi/admin';
import { useState } from 'react';
import { useIntl } from 'react-intl';

import { firstMessage } from '../../utils/formErrors';
import { t } from '../../utils/translation';
import { Notice } from '../../components/Notice';
import { useReadOnly } from '../../components/form/useReadOnly';

import type { Catalog } from '../../../../server/src/panel/contract';

/** Users of the app, of the Users & Permissions plugin. */
const USER = 'plugin::users-permissions.user';

/** A new topic has the content types of the Content Manager except users, whose data is personal. */
export const usualTypes = ({ contentTypes }: Catalog): string[] =>
  contentTypes.filter(({ uid, hidden }) => !hidden && uid !== USER).map(({ uid }) => uid);

interface TypeBoxProps {
  type: Catalog['contentTypes'][number];
  isChosen: boolean;
  isReadOnly: boolean;
  onToggle: () => void;
}

const TypeBox = ({ type, isChosen, isReadOnly, onToggle }: TypeBoxProps) => (
  <Checkbox checked={isChosen} disabled={isReadOnly} onCheckedChange={onToggle}>
    {type.displayName}
    <Typography tag="span" variant="pi" textColor="neutral600" paddingLeft={2}>
      {type.uid}
    </Typography>
  </Checkbox>
);

/**
 * Content types of a topic: all, including future ones, or a list. Hidden ones are listed on
 * request.
 */
export const ContentTypesPicker = ({ catalog }: { catalog: Catalog }) => {
  const { formatMessage } = useIntl();
  const { value, onChange, rawError } = useField<string[] | null>('contentTypes');
  const isReadOnly = useReadOnly();
  const chosen = value ?? [];
  // Keeps the selection while "all" is chosen.
  const [remembered, setRemembered] = useState<string[]>(chosen);
  const [showsHidden, setShowsHidden] = useState(false);
  const listed = catalog.contentTypes.filter(
    ({ uid, hidden }) => showsHidden || !hidden || chosen.includes(uid)
  );
  const error = firstMessage(rawError);
  const includesUsers =
    (value === null || chosen.includes(USER)) &&
    catalog.contentTypes.some(({ uid }) => uid === USER);

  const choose = (uids: string[]) => {
    setRemembered(uids);
    onChange('contentTypes', uids);
  };

  return (
    <Flex direction="column" alignItems="stretch" gap={4}>
      <Radio.Group
        aria-label={formatMessage(t('topic.types.title'))}
        value={value === null ? 'all' : 'some'}
        disabled={isReadOnly}
        onValueChange={(mode) => onChange('contentTypes', mode === 'all' ? null : remembered)}
      >
        <Radio.Item value="all">{formatMessage(t('topic.types.all'))}</Radio.Item>
        <Radio.Item value="some">{formatMessage(t('topic.types.some'))}</Radio.Item>
      </Radio.Group>
      {value !== null && (
        <Box borderColor="neutral200" hasRadius padding={4}>
          <Grid.Root gap={3}>
            {listed.map((type) => (
              <Grid.Item key={type.uid} col={6} s={12} xs={12}>
                <TypeBox
                  type={type}
                  isChosen={chosen.includes(type.uid)}
                  isReadOnly={isReadOnly}
                  onToggle={() =>
                    choose(
                      chosen.includes(type.uid)
                        ? chosen.filter((uid) => uid !== type.uid)
                        : [...chosen, type.uid]
                    )
                  }
                />
              </Grid.Item>
            ))}
          </Grid.Root>
          {!isReadOnly && catalog.contentTypes.some(({ hidden }) => hidden) && (
            <Box paddingTop={4}>
              <Checkbox
                checked={showsHidden}
                onCheckedChange={(checked) => setShowsHidden(checked === true)}
              >
                {formatMessage(t('topic.types.hidden'))}
              </Checkbox>
            </Box>
          )}
        </Box>
      )}
      {includesUsers && (
        <Notice variant="warning" title={formatMessage(t('topic.types.users'))}>
          {formatMessage(t('topic.types.users.body'))}
        </Notice>
      )}
      {error !== undefined && (
        <Typography variant="pi" textColor="danger600" role="alert">
          {error}
        </Typography>
      )}
    </Flex>
  );
};
