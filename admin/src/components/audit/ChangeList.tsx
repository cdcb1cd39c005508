import { Flex, Typography } from '@strapi/design-system';
import { useIntl } from 'react-intl';
import { styled } from 'styled-components';

import { t } from '../../utils/translation';

import { settingLabel, valueText } from './settingLabels';

import type { AuditEntry } from '../../../../server/src/panel/contract';

/** Longer values are folded. */
const MAX_SHOWN = 80;

const Text = styled(Typography)`
  overflow-wrap: anywhere;
`;

const Fold = styled.details`
  summary {
    cursor: pointer;
  }
`;

const Values = ({ from, to }: { from: string; to: string }) => {
  const { formatMessage } = useIntl();
  const text = formatMessage(t('audit.from-to'), { from, to });
  if (text.length <= MAX_SHOWN) return <Text variant="pi">{text}</Text>;
  return (
    <Fold>
      <summary>
        <Typography variant="pi">{formatMessage(t('audit.show-values'))}</Typography>
      </summary>
      <Text variant="pi">{text}</Text>
    </Fold>
  );
};

/** Settings that an entry changed, with the old and the new value. */
export const ChangeList = ({ changes }: Pick<AuditEntry, 'changes'>) => {
  const { formatMessage } = useIntl();
  if (changes.length === 0) return <Typography textColor="neutral600">–</Typography>;
  return (
    <Flex direction="column" alignItems="flex-start" gap={2}>
      {changes.map(({ setting, from, to }) => {
        const key = settingLabel(setting);
        return (
          <div key={setting}>
            <Text variant="pi" fontWeight="bold" tag="div">
              {key === undefined ? setting : formatMessage(t(key))}
            </Text>
            <Values from={valueText(from)} to={valueText(to)} />
          </div>
        );
      })}
    </Flex>
  );
};
