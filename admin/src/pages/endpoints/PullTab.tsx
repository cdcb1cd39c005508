import { Flex, Typography } from '@strapi/design-system';
import { useIntl } from 'react-intl';

import { CodeBlock } from '../../components/CodeBlock';
import { SectionCard } from '../../components/SectionCard';
import { t, type TranslationKey } from '../../utils/translation';

const claim = (url: string) => `curl -X POST '${url}/claim' \\
  -H "Authorization: Bearer $WEBHOOK_TOKEN" \\
  -H 'Content-Type: application/json' \\
  -d '{ "max": 10, "waitS": 20 }'
`;

const settle = (url: string) => `curl -X POST '${url}/settle' \\
  -H "Authorization: Bearer $WEBHOOK_TOKEN" \\
  -H 'Content-Type: application/json' \\
  -d '[{ "id": "msg_…", "lease": "…", "outcome": "delivered" }]'
`;

const TOKEN = `export WEBHOOK_TOKEN=$(node -p 'require("crypto")
  .createHmac("sha256", Buffer.from(process.env.WEBHOOK_SECRET.replace("whsec_", ""), "base64"))
  .update("manifest").digest("base64url")')
`;

/** How a receiver claims its messages and settles them. */
export const PullTab = ({ url }: { url: string }) => {
  const { formatMessage } = useIntl();
  const step = (label: TranslationKey, hint: TranslationKey, code: string) => (
    <Flex direction="column" alignItems="stretch" gap={2}>
      <Typography variant="delta" tag="h3">
        {formatMessage(t(label))}
      </Typography>
      <Typography textColor="neutral600">{formatMessage(t(hint))}</Typography>
      <CodeBlock label={formatMessage(t(label))}>{code}</CodeBlock>
    </Flex>
  );

  return (
    <SectionCard
      title={formatMessage(t('endpoint.tab.pull'))}
      subtitle={formatMessage(t('pull.subtitle'))}
    >
      <Flex direction="column" alignItems="stretch" gap={6}>
        {step('pull.token', 'pull.token.hint', TOKEN)}
        {step('pull.claim', 'pull.claim.hint', claim(url))}
        {step('pull.settle', 'pull.settle.hint', settle(url))}
      </Flex>
    </SectionCard>
  );
};
