import { useState } from 'react';
import { useNavigate } from 'react-router-dom';

import { CodeDialog } from '../../components/CodeDialog';
import { EventReplay } from '../../components/messages/EventReplay';
import { messagesPath, ROOT } from '../../utils/paths';
import { isPulled } from '../../utils/pull';

import { Backfill } from './Backfill';
import { DeleteEndpointDialog } from './DeleteEndpointDialog';
import { PauseDialog } from './PauseDialog';
import { ResumeDialog } from './ResumeDialog';
import { RotateSecretDialog } from './RotateSecretDialog';
import { SecretDialog } from './SecretDialog';

import type { EndpointSecret } from '../../../../server/src/panel/contract';
import type { EndpointDetail } from '../../services/endpoints';
import type { EndpointDialog } from './EndpointActions';

interface EndpointDialogsProps {
  endpoint: EndpointDetail;
  open: EndpointDialog | null;
  onClose: () => void;
}

/** Dialogs of an endpoint's actions, mounted while open. */
export const EndpointDialogs = ({ endpoint, open, onClose }: EndpointDialogsProps) => {
  const navigate = useNavigate();
  const [secret, setSecret] = useState<EndpointSecret | null>(null);
  const shared = { endpoint, onClose };

  return (
    <>
      {open === 'pause' && <PauseDialog {...shared} />}
      {open === 'resume' && <ResumeDialog {...shared} />}
      {open === 'rotate' && <RotateSecretDialog {...shared} onRotated={setSecret} />}
      {open === 'replay' && (
        <EventReplay
          endpointId={endpoint.id}
          onClose={onClose}
          onStarted={() => navigate(messagesPath({ endpointId: [endpoint.id] }))}
        />
      )}
      {open === 'backfill' && <Backfill endpointId={endpoint.id} onClose={onClose} />}
      {open === 'code' && (
        <CodeDialog of={{ section: 'endpoints', id: endpoint.id }} onClose={onClose} />
      )}
      {open === 'delete' && (
        <DeleteEndpointDialog
          {...shared}
          onDeleted={() => navigate(`${ROOT}/endpoints`, { replace: true })}
        />
      )}
      <SecretDialog shown={secret} isPulled={isPulled(endpoint)} onClose={() => setSecret(null)} />
    </>
  );
};
