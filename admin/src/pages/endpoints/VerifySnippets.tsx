import { Box, Tabs } from '@strapi/design-system';
import { useIntl } from 'react-intl';

import { SNIPPETS } from './snippets';
import { useAddressPart } from '../../hooks/useAddressPart';
import { t } from '../../utils/translation';
import { CodeBlock } from '../../components/CodeBlock';
import { SectionCard } from '../../components/SectionCard';

/** Code that verifies signatures in a receiver. */
export const VerifySnippets = () => {
  const { formatMessage } = useIntl();
  const [language, setLanguage] = useAddressPart('language');

  return (
    <SectionCard
      title={formatMessage(t('verify.title'))}
      subtitle={formatMessage(t('verify.subtitle'))}
    >
      <Tabs.Root variant="simple" value={language ?? 'node'} onValueChange={setLanguage}>
        <Tabs.List aria-label={formatMessage(t('verify.languages'))}>
          {SNIPPETS.map(({ language: id, name }) => (
            <Tabs.Trigger key={id} value={id}>
              {name}
            </Tabs.Trigger>
          ))}
        </Tabs.List>
        {SNIPPETS.map(({ language: id, name, code }) => (
          <Tabs.Content key={id} value={id}>
            <Box paddingTop={4}>
              <CodeBlock label={name} maxHeight="60rem">
                {code}
              </CodeBlock>
            </Box>
          </Tabs.Content>
        ))}
      </Tabs.Root>
    </SectionCard>
  );
};
