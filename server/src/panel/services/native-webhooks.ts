/**
 * Import of Strapi's own webhooks: topics and endpoints that do the same, made in one transaction with
 * the record of the import and, if requested, the deactivation of the originals: a change of
 * content is sent by the one or by the other, and importing again changes nothing.
 */
import type { Core } from '@strapi/strapi';

import type { NativeImportInput, NativeImportResult, NativeWebhookView } from '../contract';
import { CoreError } from '../../core/errors';
import { redactUrl } from '../../core/safety/redact';
import { isFunction, type Internal } from '../../host/strapi-internals';
import { PLUGIN_ID } from '../../plugin-id';
import type { EndpointRecord } from '../../store/types';
import type { CatalogService } from '../../api/catalog';
import {
  endpointOf,
  planOf,
  shownPlan,
  webhookName,
  type NativeWebhook,
  type Planned,
} from './native-plan';
import { nameKey } from './free-names';
import { newEndpoint } from '../../api/new-endpoint';
import { runtimeOf } from '../../runtime/runtime';

const WAS_OFF = "Imported from one of Strapi's own webhooks, which was switched off.";

interface NativeStore {
  findWebhooks(): Promise<NativeWebhook[]>;
}

interface NativeRunner {
  remove(webhook: NativeWebhook): void;
}

export const NATIVE_WEBHOOKS_INTERNALS: readonly Internal[] = [
  {
    name: "findWebhooks of strapi.get('webhookStore')",
    affects: 'native-webhooks',
    isThere: (strapi) => isFunction(strapi.get<NativeStore>('webhookStore').findWebhooks),
  },
  {
    name: "remove of strapi.get('webhookRunner')",
    affects: 'native-webhooks',
    isThere: (strapi) => isFunction(strapi.get<NativeRunner>('webhookRunner').remove),
  },
];

/** Webhook id → endpoint id. */
type Imported = Record<string, number>;

export const createNativeWebhooksService = ({ strapi }: { strapi: Core.Strapi }) => {
  const runtime = () => runtimeOf(strapi);
  const catalog = () => strapi.plugin(PLUGIN_ID).service<CatalogService>('catalog');
  const note = () => strapi.store({ type: 'plugin', name: PLUGIN_ID, key: 'imported-webhooks' });

  /** Of all webhooks, whichever are wanted: names in a preview are those of the import. */
  async function plans(endpoints: readonly EndpointRecord[]): Promise<Planned[]> {
    const webhooks = await strapi.get<NativeStore>('webhookStore').findWebhooks();
    const topics = await runtime().store.listTopics();
    const around = {
      urlPolicy: runtime().urlPolicy,
      defaultHeaders: strapi.config.get<Record<string, string>>(
        'server.webhooks.defaultHeaders',
        {}
      ),
      assertEvent: (name: string) => catalog().assertEventPattern(name, 'events'),
      endpointNames: new Set(endpoints.map(({ name }) => nameKey(name))),
      topicNames: new Set(topics.map(({ name }) => nameKey(name))),
    };
    return webhooks.map((webhook) => planOf(webhook, around));
  }

  const readNote = async (): Promise<Imported> => ((await note().get()) as Imported | null) ?? {};

  /** Made of it earlier, unless it was deleted since: then it may be imported anew. */
  const importedEndpoint = (
    { webhook }: Planned,
    imported: Imported,
    endpoints: readonly EndpointRecord[]
  ) => endpoints.find(({ id }) => id === imported[webhook.id]);

  async function make({ webhook, plan }: Planned & { plan: NonNullable<Planned['plan']> }) {
    const { store } = runtime();
    const topicId = await store.createTopic({
      name: plan.topicName,
      description: `Imported from Strapi's own webhook "${webhookName(webhook)}"`,
      enabled: true,
      events: plan.events,
      contentTypes: null,
      filter: null,
      endpointIds: [],
    });
    const { write } = await newEndpoint(runtime(), endpointOf(plan, [topicId]));
    const isOff = plan.state === 'paused';
    const state = isOff ? { state: 'paused' as const, stateReason: WAS_OFF } : {};
    return { topicId, endpointId: await store.createEndpoint({ ...write, ...state }) };
  }

  /** Not by Strapi's webhook store: that refuses to touch a webhook with an event it no longer knows. */
  async function switchOff({ id, isEnabled }: NativeWebhook): Promise<boolean> {
    if (!isEnabled) return false;
    await strapi.db.query('strapi::webhook').update({ where: { id }, data: { enabled: false } });
    return true;
  }

  async function importOne(
    planned: Planned,
    endpoint: EndpointRecord | undefined,
    mayBeSwitchedOff: boolean
  ): Promise<NativeImportResult> {
    const { webhook, plan } = planned;
    const webhookId = Number(webhook.id);
    if (endpoint === undefined && plan === null) {
      return {
        webhookId,
        outcome: 'impossible',
        endpointId: null,
        topicId: null,
        switchedOff: false,
      };
    }
    const switchedOff = mayBeSwitchedOff && (await switchOff(webhook));
    if (endpoint !== undefined || plan === null) {
      const endpointId = endpoint?.id ?? null;
      return { webhookId, outcome: 'already-imported', endpointId, topicId: null, switchedOff };
    }
    return { webhookId, outcome: 'imported', ...(await make({ ...planned, plan })), switchedOff };
  }

  async function importAll(chosen: NativeImportInput): Promise<NativeImportResult[]> {
    const { store } = runtime();
    // Two imports at once: the second waits here, and then finds what the first has made.
    await store.touchDirectory();
    const endpoints = await store.listEndpoints();
    const imported = await readNote();
    const known = await plans(endpoints);
    const results: NativeImportResult[] = [];
    for (const [index, webhookId] of [...new Set(chosen.webhookIds)].entries()) {
      const planned = known.find(({ webhook }) => Number(webhook.id) === webhookId);
      if (planned === undefined) {
        throw new CoreError(
          'INVALID_VALUE',
          `Strapi has no webhook ${webhookId}`,
          `webhookIds.${index}`
        );
      }
      const endpoint = importedEndpoint(planned, imported, endpoints);
      const result = await importOne(planned, endpoint, chosen.switchOff);
      if (result.endpointId !== null) imported[webhookId] = result.endpointId;
      results.push(result);
    }
    await note().set({ value: imported });
    return results;
  }

  return {
    /** Previews the import of each webhook. Changes nothing. */
    async list(): Promise<NativeWebhookView[]> {
      const endpoints = await runtime().store.listEndpoints();
      const imported = await readNote();
      return (await plans(endpoints)).map((planned): NativeWebhookView => {
        const { webhook, plan, problems } = planned;
        const endpoint = importedEndpoint(planned, imported, endpoints);
        return {
          id: Number(webhook.id),
          name: webhookName(webhook),
          url: redactUrl(webhook.url),
          enabled: webhook.isEnabled,
          importedAs: endpoint ? { endpointId: endpoint.id, name: endpoint.name } : null,
          plan: plan && shownPlan(plan),
          problems,
        };
      });
    },

    /** All of it, or, when it throws, nothing. @throws CoreError INVALID_VALUE for a webhook that is not there. */
    async import(chosen: NativeImportInput): Promise<NativeImportResult[]> {
      const results = await runtime().store.inTransaction(() => importAll(chosen));
      // First ours begin to record, then Strapi's fall silent: in between both send, never neither.
      await runtime().directory.refresh();
      const runner = strapi.get<NativeRunner>('webhookRunner');
      const webhooks = await strapi.get<NativeStore>('webhookStore').findWebhooks();
      for (const { webhookId } of results.filter(({ switchedOff }) => switchedOff)) {
        const webhook = webhooks.find(({ id }) => Number(id) === webhookId);
        if (webhook !== undefined) runner.remove(webhook);
      }
      return results;
    },
  };
};
