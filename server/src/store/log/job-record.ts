/** Converts a row of a job. */
import type { Findings } from '../../core/ledger/compare';
import type { Actor } from '../../core/message/message';
import { integer, integerOrNull, json, text, type Row } from '../sql/rows';
import type { JobKind } from '../views';
import type { JobFilter, JobRecord } from './job-types';

export const NOBODY: Actor = { kind: 'none' };

export function jobRecord(row: Row): JobRecord {
  return {
    id: integer(row.id),
    kind: text(row.kind) as JobKind,
    filter: json<JobFilter>(row.filter, {}),
    state: text(row.state) as JobRecord['state'],
    upTo: integer(row.up_to),
    part: integer(row.part ?? 0),
    cursor: integer(row.position),
    total: integer(row.total),
    done: integer(row.done),
    skipped: integer(row.skipped),
    findings: json<Findings | null>(row.findings, null),
    createdAt: integer(row.started_at),
    finishedAt: integerOrNull(row.finished_at),
    actor: json<Actor>(row.actor, NOBODY),
  };
}
