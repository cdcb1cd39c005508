import { Button, Flex, Modal, Typography } from '@strapi/design-system';
import { File } from '@strapi/icons';
import { useEffect, useState } from 'react';
import { useIntl } from 'react-intl';
import { useLocation, useNavigate, type Location } from 'react-router-dom';

import { useErrorText } from '../../hooks/useErrorText';
import { useGetWebhooksCatalogQuery } from '../../services/overview';
import { useListWebhookTopicsQuery } from '../../services/topics';
import {
  usePreviewWebhookEntryTestQuery,
  useTestWebhookEntryMutation,
} from '../../services/trials';
import { requestLine } from '../../utils/requestLine';
import { t } from '../../utils/translation';
import { BodyView } from '../../components/messages/BodyView';
import { HeaderList } from '../../components/messages/HeaderList';
import { VerdictLine } from '../../components/trial/VerdictLine';

import { EntryPicker } from './EntryPicker';
import { TestResult } from './TestResult';

import type {
  Catalog,
  EndpointView,
  EntrySample,
  EntryTestResult,
} from '../../../../server/src/panel/contract';

/** The request that would be sent, or why there is none. */
const TestPreview = ({ test }: { test: EntryTestResult }) => {
  const { formatMessage } = useIntl();
  const { verdict, request, problem, missing } = test;
  return (
    <Flex direction="column" alignItems="stretch" gap={3}>
      <VerdictLine verdict={verdict} missing={missing} />
      {problem !== null && (
        <Typography textColor="danger600" role="alert">
          {problem}
        </Typography>
      )}
      {request !== null && (
        <>
          <Typography fontWeight="bold" style={{ overflowWrap: 'anywhere' }}>
            {requestLine(request)}
          </Typography>
          <HeaderList headers={request.headers} label={formatMessage(t('trial.headers'))} />
          <BodyView body={request.body} label={formatMessage(t('shape.body'))} />
        </>
      )}
    </Flex>
  );
};

interface EntryTestBodyProps {
  endpoint: EndpointView;
  types: Catalog['contentTypes'];
}

/** Asks what the entry would send, and sends it. */
const useEntryTest = (id: number, entry: EntrySample) => {
  const { fieldTexts } = useErrorText();
  const isChosen = entry.documentId !== '';
  const preview = usePreviewWebhookEntryTestQuery({ id, entry }, { skip: !isChosen });
  const [send, sending] = useTestWebhookEntryMutation();
  const shown = isChosen ? preview.currentData : undefined;
  const error = sending.error ?? (isChosen ? preview.error : undefined);
  const errors = error === undefined ? {} : fieldTexts(error);
  const isAtField = Object.keys(errors).some((field) => field.startsWith('entry.'));
  return {
    shown,
    result: sending.data?.result ?? null,
    errors,
    otherError: isAtField ? undefined : error,
    canSend: shown !== undefined && shown.verdict.sent && shown.problem === null,
    isSending: sending.isLoading,
    send: () => void send({ id, entry }),
    reset: sending.reset,
  };
};

const EntryTestBody = ({ endpoint, types }: EntryTestBodyProps) => {
  const { formatMessage } = useIntl();
  const { errorText } = useErrorText();
  const [entry, setEntry] = useState<EntrySample>({
    uid: types[0]?.uid ?? '',
    documentId: '',
    event: 'entry.publish',
  });
  const test = useEntryTest(endpoint.id, entry);
  const { shown, result } = test;

  return (
    <>
      <Modal.Body>
        <Flex direction="column" alignItems="stretch" gap={5}>
          <EntryPicker
            types={types}
            entry={entry}
            errors={test.errors}
            onChange={(next) => {
              test.reset();
              setEntry(next);
            }}
          />
          {test.otherError !== undefined && (
            <Typography textColor="danger600" role="alert">
              {errorText(test.otherError)}
            </Typography>
          )}
          {result !== null && <TestResult result={result} endpointId={endpoint.id} />}
          {result === null && shown !== undefined && <TestPreview test={shown} />}
        </Flex>
      </Modal.Body>
      <Modal.Footer>
        <Modal.Close>
          <Button variant="tertiary">{formatMessage(t('action.close'))}</Button>
        </Modal.Close>
        <Button loading={test.isSending} disabled={!test.canSend} onClick={test.send}>
          {formatMessage(t(result === null ? 'trial.send' : 'test.again'))}
        </Button>
      </Modal.Footer>
    </>
  );
};

/** The dialog of a test is open at once when a new endpoint leads to it. A reload does not open it again. */
const useOpenedByLink = () => {
  const navigate = useNavigate();
  const { state, pathname, search } = useLocation() as Location<{ testsEntry?: boolean } | null>;
  const [isOpen, setIsOpen] = useState(state?.testsEntry === true);
  useEffect(() => {
    if (state?.testsEntry !== true) return;
    navigate(pathname + search, { replace: true, state: { ...state, testsEntry: false } });
  }, [navigate, pathname, search, state]);
  return { isOpen, setIsOpen };
};

/** Shows what an entry would send to an endpoint, and sends it. */
export const EntryTest = ({ endpoint }: { endpoint: EndpointView }) => {
  const { formatMessage } = useIntl();
  const { data: catalog } = useGetWebhooksCatalogQuery();
  const { data: topics } = useListWebhookTopicsQuery();
  const its = (topics ?? []).filter(({ id }) => endpoint.topics.some((topic) => topic.id === id));
  const types = (catalog?.contentTypes ?? []).filter(
    ({ uid, hidden }) =>
      !hidden && its.some(({ contentTypes }) => contentTypes === null || contentTypes.includes(uid))
  );
  const { isOpen, setIsOpen } = useOpenedByLink();
  if (types.length === 0) return null;

  return (
    <Modal.Root open={isOpen} onOpenChange={setIsOpen}>
      <Modal.Trigger>
        <Button variant="tertiary" startIcon={<File />}>
          {formatMessage(t('trial.action'))}
        </Button>
      </Modal.Trigger>
      <Modal.Content>
        <Modal.Header closeLabel={formatMessage(t('action.close'))}>
          <Modal.Title>{formatMessage(t('trial.title'), { name: endpoint.name })}</Modal.Title>
        </Modal.Header>
        <EntryTestBody endpoint={endpoint} types={types} />
      </Modal.Content>
    </Modal.Root>
  );
};
