import { Checkbox, Flex, Modal, Typography } from '@strapi/design-system';
import { useIntl } from 'react-intl';
import { styled } from 'styled-components';

import { t, type TranslationKey } from '../../utils/translation';

import type { PlaceOf } from '../places';

const KEYS: readonly (readonly [keys: readonly string[], does: TranslationKey])[] = [
  [['j', 'k'], 'shortcuts.rows'],
  [['Enter'], 'shortcuts.open'],
  [['x'], 'list.select-row'],
  [['r'], 'shortcuts.replay'],
  [['n'], 'shortcuts.fresh'],
  [['/'], 'shortcuts.search'],
  [['?'], 'shortcuts.title'],
];

const List = styled.dl`
  display: grid;
  grid-template-columns: auto 1fr;
  align-items: center;
  gap: ${({ theme }) => `${theme.spaces[2]} ${theme.spaces[4]}`};
  margin: 0;

  dd {
    margin: 0;
  }
`;

const Key = styled.kbd`
  display: inline-block;
  min-width: 2.4rem;
  margin-right: ${({ theme }) => theme.spaces[1]};
  padding: ${({ theme }) => `0 ${theme.spaces[2]}`};
  border: 1px solid ${({ theme }) => theme.colors.neutral300};
  border-radius: ${({ theme }) => theme.borderRadius};
  background: ${({ theme }) => theme.colors.neutral100};
  color: ${({ theme }) => theme.colors.neutral800};
  text-align: center;
`;

const Line = ({ keys, does }: { keys: readonly string[]; does: string }) => (
  <>
    <Typography tag="dt">
      {keys.map((key) => (
        <Key key={key}>{key}</Key>
      ))}
    </Typography>
    <Typography tag="dd">{does}</Typography>
  </>
);

interface ShortcutsDialogProps {
  places: readonly PlaceOf[];
  isOn: boolean;
  onToggle: (isOn: boolean) => void;
  onClose: () => void;
}

/** Lists the shortcuts, and turns them on and off. */
export const ShortcutsDialog = ({ places, isOn, onToggle, onClose }: ShortcutsDialogProps) => {
  const { formatMessage } = useIntl();

  return (
    <Modal.Root open onOpenChange={(open) => !open && onClose()}>
      <Modal.Content>
        <Modal.Header closeLabel={formatMessage(t('action.close'))}>
          <Modal.Title>{formatMessage(t('shortcuts.title'))}</Modal.Title>
        </Modal.Header>
        <Modal.Body>
          <Flex direction="column" alignItems="stretch" gap={5}>
            <Flex gap={8} wrap="wrap" alignItems="flex-start">
              <List>
                {KEYS.map(([keys, does]) => (
                  <Line key={does} keys={keys} does={formatMessage(t(does))} />
                ))}
              </List>
              <List>
                {places.map(({ key, place }) => (
                  <Line key={place} keys={['g', key]} does={formatMessage(t(`nav.${place}`))} />
                ))}
              </List>
            </Flex>
            <Checkbox checked={isOn} onCheckedChange={(checked) => onToggle(checked === true)}>
              {formatMessage(t('shortcuts.on'))}
            </Checkbox>
          </Flex>
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
};
