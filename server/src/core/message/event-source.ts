/**
 * Where an event comes from. `backfill`: an entry that was there, sent to one endpoint by a job; `manual`: by
 * an editor.
 */
export type EventSource =
  | 'content'
  | 'media'
  | 'hub'
  | 'api'
  | 'code'
  | 'schedule'
  | 'callback'
  | 'test'
  | 'batch'
  | 'backfill'
  | 'manual';
