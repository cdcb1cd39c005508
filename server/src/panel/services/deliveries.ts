/** Deliveries of one entry: per receiver, the latest message and the latest delivery; and what its receivers have of it. */
import type { Core } from '@strapi/strapi';

import type { EntryRow } from '../../capture';
import { differenceOf, instantOf } from '../../core/ledger/compare';
import { ledgerKey } from '../../core/ledger/ledger';
import type { EndpointSettings } from '../../delivery/engine/directory';
import { versionsTold } from '../../delivery/engine/reconcile';
import type { EntryDelivery, EntryKnowledge, EntryQuery } from '../contract';
import { judgeOf } from './backfill';
import { messageView } from '../../api/message-views';
import { runtimeOf, type Runtime } from '../../runtime/runtime';

/** At most this many receivers, those with the latest messages. */
const MAX_RECEIVERS = 100;

export const createDeliveriesService = ({ strapi }: { strapi: Core.Strapi }) => ({
  /** Receivers ordered by their latest message, newest first. */
  async ofEntry({ uid, documentId, locale }: EntryQuery): Promise<EntryDelivery[]> {
    const runtime = runtimeOf(strapi);
    const entry = { documentId, uid, ...(locale !== undefined && { locale }) };
    const receivers = await runtime.store.receiversOfEntry(entry, MAX_RECEIVERS);
    return receivers.map(({ latest, lastDeliveredAt }) => ({
      latest: messageView(runtime, latest),
      lastDeliveredAt,
    }));
  },

  /** Lists the versions of the entry that receivers of endpoints with a ledger have. */
  async knowledge(entry: EntryQuery): Promise<EntryKnowledge[]> {
    const runtime = runtimeOf(strapi);
    const { directory, documents, schema } = runtime;
    if (schema.eventsOf(entry.uid).length === 0) return [];
    const endpoints = directory.endpoints().filter(({ ledger }) => ledger);
    if (endpoints.length === 0) return [];
    const versions = (await documents.versions(entry.uid, [entry.documentId])).filter(
      ({ locale }) => entry.locale === undefined || locale == null || locale === entry.locale
    );
    return Promise.all(
      endpoints.map((endpoint) => knowledgeOf(runtime, endpoint, entry, versions))
    ).then((all) => all.filter(({ versions: told }) => told.length > 0));
  },
});

async function knowledgeOf(
  runtime: Runtime,
  { id, name }: EndpointSettings,
  { uid }: EntryQuery,
  rows: readonly EntryRow[]
): Promise<EntryKnowledge> {
  const told = versionsTold(judgeOf(runtime, id), uid, runtime.documents.hasDrafts(uid));
  const versions = rows
    .map(({ documentId, locale = null, publishedAt, updatedAt }) => ({
      version: {
        uid,
        documentId,
        locale,
        status: publishedAt == null ? ('draft' as const) : ('published' as const),
      },
      updatedAt: instantOf(updatedAt),
    }))
    .filter(({ version }) => told === 'all' || told === version.status);
  const keyOf = (version: (typeof versions)[number]['version']) => ledgerKey(id, version);
  const entries = await runtime.store.readLedger(versions.map(({ version }) => keyOf(version)));
  const known = new Map(entries.map((one) => [one.key, one]));
  return {
    endpointId: id,
    endpointName: name,
    versions: versions.map(({ version, updatedAt }) => {
      const has = known.get(keyOf(version));
      const difference = differenceOf(updatedAt, has);
      return {
        status: version.status,
        locale: version.locale,
        has: difference === null ? 'this' : difference === 'missing' ? 'nothing' : 'another',
        acknowledgedAt: has?.acknowledgedAt ?? null,
      };
    }),
  };
}
