/** Fields of the topic that is made with a new endpoint. */
import { EVENT_CHOICES } from './eventChoices';
import { usualTypes } from '../topics/ContentTypesPicker';

import type { Catalog, SetupInput } from '../../../../server/src/panel/contract';

export type SetupFields = Pick<SetupInput, 'events' | 'contentTypes'>;

/** Most receivers want what is published. @param isFirst there is no topic to choose instead */
export const setupFieldsOf = (catalog: Catalog, isFirst: boolean): SetupFields => ({
  events: isFirst ? [...EVENT_CHOICES.published] : [],
  contentTypes: usualTypes(catalog),
});

/** The name that was typed, or else the host of the URL. */
export function nameOf({ name, url }: { name: string; url: string }): string {
  if (name.trim() !== '') return name;
  try {
    return new URL(url).host;
  } catch {
    return url;
  }
}
