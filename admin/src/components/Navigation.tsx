import { SubNav } from '@strapi/strapi/admin';
import { useIntl } from 'react-intl';

import { ROOT } from '../utils/paths';
import { t } from '../utils/translation';

import type { Can } from '../hooks/usePermissions';
import type { PermissionUid } from '../permissions';

type Place =
  | 'overview'
  | 'topics'
  | 'endpoints'
  | 'messages'
  | 'dead-letters'
  | 'schedules'
  | 'queues'
  | 'flow-control'
  | 'signing-keys';

const PLACES: readonly { place: Place; to: string; permission: PermissionUid }[] = [
  { place: 'overview', to: ROOT, permission: 'messages.read' },
  { place: 'topics', to: `${ROOT}/topics`, permission: 'topics.read' },
  { place: 'endpoints', to: `${ROOT}/endpoints`, permission: 'endpoints.read' },
  { place: 'messages', to: `${ROOT}/messages`, permission: 'messages.read' },
  { place: 'dead-letters', to: `${ROOT}/dead-letters`, permission: 'messages.read' },
  { place: 'schedules', to: `${ROOT}/schedules`, permission: 'schedules.read' },
  { place: 'queues', to: `${ROOT}/queues`, permission: 'queues.read' },
  { place: 'flow-control', to: `${ROOT}/flow-control`, permission: 'flow-control.read' },
  { place: 'signing-keys', to: `${ROOT}/signing-keys`, permission: 'signing-keys.read' },
];

/** The plugin's own pages; those that this person may not read are left out. */
export const Navigation = ({ can }: { can: Can }) => {
  const { formatMessage } = useIntl();

  return (
    <SubNav.Main aria-label={formatMessage(t('nav.label'))}>
      <SubNav.Header label={formatMessage(t('plugin.name'))} />
      <SubNav.Content>
        <SubNav.Sections>
          {[
            <SubNav.Section key="pages" label={formatMessage(t('nav.label'))}>
              {PLACES.filter(({ permission }) => can(permission)).map(({ place, to }) => (
                <SubNav.Link
                  key={place}
                  to={to}
                  end={place === 'overview'}
                  label={formatMessage(t(`nav.${place}`))}
                />
              ))}
            </SubNav.Section>,
          ]}
        </SubNav.Sections>
      </SubNav.Content>
    </SubNav.Main>
  );
};
