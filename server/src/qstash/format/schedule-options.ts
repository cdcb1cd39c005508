/** Reads the options of a schedule that are not options of its message. */
import { parseCron, parseName, type Cron } from './option-values';
import { merge, type OptionLayers } from './publish-options';
import { QstashError } from './error';

export interface ScheduleOptions extends Cron {
  scheduleId?: string;
  queue?: string;
}

/** @throws QstashError 400 */
export function scheduleOptions(layers: OptionLayers): ScheduleOptions {
  const given = merge(layers);
  const text = (name: string): string | undefined => given[name]?.trim() || undefined;
  const cron = text('upstash-cron');
  if (cron === undefined) throw new QstashError(400, 'invalid upstash-cron: it is missing');
  if (text('upstash-not-before') !== undefined) {
    throw new QstashError(400, 'invalid upstash-not-before: cannot be combined with a schedule');
  }
  const [scheduleId, queue] = [text('upstash-schedule-id'), text('upstash-queue-name')];
  return {
    ...parseCron(cron),
    ...(scheduleId !== undefined && { scheduleId: parseName(scheduleId, 'schedule id') }),
    ...(queue !== undefined && { queue: parseName(queue, 'queue name') }),
  };
}
