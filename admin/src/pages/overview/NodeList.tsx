import { Box, Flex, Status, Typography } from '@strapi/design-system';
import { useIntl } from 'react-intl';

import { t } from '../../utils/translation';
import { Instant } from '../../components/Instant';

import type { NodeView } from '../../../../server/src/panel/contract';

type Condition = 'delivers' | 'records' | 'stopped';

const conditionOf = ({ silent, delivers }: NodeView): Condition => {
  if (silent) return 'stopped';
  return delivers ? 'delivers' : 'records';
};

const VARIANTS = { delivers: 'success', records: 'neutral', stopped: 'warning' } as const;

/** Servers: whether each delivers, its load, and when it last reported. */
export const NodeList = ({ nodes }: { nodes: NodeView[] }) => {
  const { formatMessage } = useIntl();

  return (
    <Flex
      tag="ul"
      direction="column"
      alignItems="stretch"
      gap={3}
      aria-label={formatMessage(t('overview.nodes'))}
    >
      {nodes.map((node) => {
        const condition = conditionOf(node);
        return (
          <Box tag="li" key={`${node.host} ${node.pid} ${node.startedAt}`}>
            <Status variant={VARIANTS[condition]} size="S" display="block">
              <Typography tag="p" fontWeight="bold" style={{ overflowWrap: 'anywhere' }}>
                {formatMessage(t(node.isThis ? 'overview.node.this' : 'overview.node'), {
                  host: node.host,
                  pid: String(node.pid),
                })}
              </Typography>
              <Typography tag="p" variant="pi">
                {formatMessage(t(`overview.node.${condition}`), {
                  count: node.inFlight,
                  seen: <Instant key="seen" at={node.seenAt} />,
                  started: <Instant key="started" at={node.startedAt} />,
                })}
              </Typography>
            </Status>
          </Box>
        );
      })}
    </Flex>
  );
};
