/** Plans the topics of the settings file. */
import omit from 'lodash/omit';

import { newTopic, topicChanges } from '../api/topic-input';
import type { TopicInput } from '../api/types';
import { SETTINGS_FILE } from '../core/routing/managed';
import type { TopicRecord, TopicWrite } from '../store/types';
import { attempt, leavers, takesOver, type Planning } from './plan';

const managedBy = SETTINGS_FILE;
const HIDDEN = ['name', 'endpointIds'];

const BLANK = {
  description: null,
  enabled: true,
  events: [],
  contentTypes: null,
  filter: null,
  managedBy,
  version: 1,
  endpointIds: [],
  createdAt: 0,
  updatedAt: 0,
};

/** @returns the topics as they will be. */
export async function planTopics(on: Planning): Promise<TopicRecord[]> {
  const { strapi, settings, stored } = on;
  const topics = new Map(stored.topics.map((topic) => [topic.name, topic]));
  for (const [name, fields] of settings.topics) {
    const input = { events: [], contentTypes: null, ...fields, name } as TopicInput;
    const item = { path: `topics.${name}`, fields, hidden: HIDDEN };
    const wanted = await attempt(on, item, () => newTopic(strapi, input), fieldOf);
    const found = topics.get(name);
    const id = found?.id ?? on.nextId();
    // An invalid one is there, too: what refers to it is not wrong.
    topics.set(name, { ...BLANK, ...found, ...omit(wanted, 'endpointIds'), name, id });
    if (wanted !== undefined) planTopic(on, wanted, { id, found });
  }
  leavers(stored.topics, ({ name }) => name, settings.topics).forEach((topic) => leave(on, topic));
  return [...topics.values()];
}

/** A bad name is that of the item. */
const fieldOf = (field: string): string => (field === 'name' ? '' : field);

function planTopic(
  { runtime: { store }, steps }: Planning,
  wanted: TopicWrite,
  { id, found }: { id: number; found: TopicRecord | undefined }
): void {
  const { name } = wanted;
  if (found === undefined) {
    steps.push({
      ...{ kind: 'topic', name, action: 'create', changes: [] },
      async write(created) {
        created.set(id, await store.createTopic({ ...wanted, endpointIds: [], managedBy }));
      },
    });
    return;
  }
  const { write, changes: own } = topicChanges(wanted, found);
  const changes = [...own, ...takesOver(found)];
  if (changes.length === 0) return;
  steps.push({
    ...{ kind: 'topic', name, action: 'change', changes },
    write: () => store.updateTopic(id, { ...write, managedBy }),
  });
}

function leave({ runtime: { store }, steps }: Planning, { id, name, enabled }: TopicRecord): void {
  steps.push({
    ...{ kind: 'topic', name, action: 'pause' },
    changes: enabled ? [{ field: 'enabled', from: true, to: false }] : [],
    write: () => store.updateTopic(id, { enabled: false, managedBy: null }),
  });
}
