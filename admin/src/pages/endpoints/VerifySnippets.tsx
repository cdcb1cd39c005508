import { Box, Tabs } from '@strapi/design-system';
import { useIntl } from 'react-intl';

import { SNIPPETS } from './snippets';
import { t } from '../../utils/translation';
import { CodeBlock } from '../../components/CodeBlock';
import { SectionCard } from '../../components/SectionCard';

/** Code that verifies signatures in a receiver. */
export const VerifySnippets = () => {
  const { formatMessage } = useIntl();

  return (
    <SectionCard
      title={formatMessage(t('verify.title'))}
      subtitle={formatMessage(t('verify.subtitle'))}
    >
      <Tabs.Root variant="simple" defaultValue="node">
        <Tabs.List aria-label={formatMessage(t('verify.languages'))}>
          {SNIPPETS.map(({ language, name }) => (
            <Tabs.Trigger key={language} value={language}>
              {name}
            </Tabs.Trigger>
          ))}
        </Tabs.List>
        {SNIPPETS.map(({ language, name, code }) => (
          <Tabs.Content key={language} value={language}>
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
