import { Flex, Typography } from '@strapi/design-system';
import { useField } from '@strapi/strapi/admin';
import { useId, useState } from 'react';
import { useIntl } from 'react-intl';
import { styled } from 'styled-components';

import { t } from '../../utils/translation';
import { EventsPicker } from '../topics/EventsPicker';

import { CHOICES, choiceOf, EVENT_CHOICES, type EventChoice } from './eventChoices';

import type { Catalog } from '../../../../server/src/panel/contract';

const Cards = styled.div`
  display: grid;
  grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr));
  gap: ${({ theme }) => theme.spaces[3]};
`;

const Card = styled.label`
  position: relative;
  display: flex;
  flex-direction: column;
  gap: ${({ theme }) => theme.spaces[1]};
  padding: ${({ theme }) => theme.spaces[4]};
  border: 1px solid ${({ theme }) => theme.colors.neutral200};
  border-radius: ${({ theme }) => theme.borderRadius};
  overflow-wrap: anywhere;
  cursor: pointer;

  &:has(:checked) {
    border-color: ${({ theme }) => theme.colors.primary600};
    background: ${({ theme }) => theme.colors.primary100};
  }
  &:has(:focus-visible) {
    outline: 2px solid ${({ theme }) => theme.colors.primary600};
    outline-offset: 2px;
  }
`;

/** The card shows the choice and the focus. */
const Radio = styled.input`
  position: absolute;
  opacity: 0;
`;

/** Events of a new endpoint: a common set, or each by name. */
export const EventCards = ({ catalog }: { catalog: Catalog }) => {
  const { formatMessage } = useIntl();
  const group = useId();
  const { value: patterns = [], onChange, rawError } = useField<string[]>('events');
  const [isChoosing, setIsChoosing] = useState(false);
  const known = choiceOf(patterns);
  const isByName = isChoosing || (known === undefined && patterns.length > 0);

  const card = (name: EventChoice | 'choose', hint: string, choose: () => void) => (
    <Card key={name}>
      <Radio
        type="radio"
        name={group}
        checked={name === 'choose' ? isByName : !isByName && name === known}
        onChange={choose}
      />
      <Typography fontWeight="bold">{formatMessage(t(`setup.events.${name}`))}</Typography>
      <Typography variant="pi" textColor="neutral600">
        {hint}
      </Typography>
    </Card>
  );

  return (
    <Flex direction="column" alignItems="stretch" gap={5}>
      <Cards role="radiogroup" aria-label={formatMessage(t('topic.events.title'))}>
        {CHOICES.map((name) =>
          card(name, EVENT_CHOICES[name].join(', '), () => {
            setIsChoosing(false);
            onChange('events', [...EVENT_CHOICES[name]]);
          })
        )}
        {card('choose', formatMessage(t('setup.events.choose.hint')), () => setIsChoosing(true))}
      </Cards>
      {(isByName || rawError !== undefined) && <EventsPicker catalog={catalog} />}
    </Flex>
  );
};
