/** The version that an event of an entry is about. Entries of types without draft and publish count as published. */
export const entryStatus = (
  eventName: string,
  entry: Readonly<Record<string, unknown>>
): 'draft' | 'published' =>
  eventName === 'entry.publish' || eventName === 'entry.unpublish' || entry.publishedAt != null
    ? 'published'
    : 'draft';
