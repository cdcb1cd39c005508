/** Each measurement with its targets: rows of the table. */
import { measureBytes } from '../measures/bytes.mjs';
import { measureClaim } from '../measures/claim.mjs';
import { measureDeadEndpoint } from '../measures/dead-endpoint.mjs';
import { measureDrain, measureLedger, measureModes, measureReplicas } from '../measures/drain.mjs';
import { measureIdle } from '../measures/idle.mjs';
import { measureLatency } from '../measures/latency.mjs';
import { measureMemory } from '../measures/memory.mjs';
import { measureReads } from '../measures/reads.mjs';
import { measureReconcile } from '../measures/reconcile.mjs';
import { measureTaggedReads } from '../measures/tagged-reads.mjs';
import { measureSigning } from '../measures/signing.mjs';
import { measureFilteredWrites, measureHeavyWrites, measureWrites } from '../measures/writes.mjs';
import { atLeast, atMost } from './targets.mjs';

const count = (number) => Math.round(number).toLocaleString('en-US');
const perSecond = (rate) => `${count(rate)}/s`;
const microseconds = (us) => `${Math.round(us)} µs`;
const milliseconds = (ms) => `${ms.toFixed(1)} ms`;

const NAMES = { postgres: 'PostgreSQL', sqlite: 'SQLite', mysql: 'MariaDB' };
const BATCHED = 'graphile-worker, batched';
const DRAIN_BY_UNDICI = { postgres: 0.5, sqlite: 0.45, mysql: 0.25 };
const BYTES_PER_MESSAGE = { postgres: 2_320, sqlite: 1_520, mysql: 1_815 };

export const MEASURES = {
  async drain(world, { quick, say }) {
    const result = await measureDrain(world, {
      count: quick ? 3_000 : 20_000,
      rounds: quick ? 1 : 3,
      say,
    });
    const row = (what, [one, other], target) => ({
      what,
      ...atLeast(result.ratio(one, other), target),
      absolute: `${perSecond(result.rate(one))} to ${perSecond(result.rate(other))}`,
    });
    return [
      row('drain, PostgreSQL × graphile-worker', ['postgres', 'graphile-worker'], 1.1),
      row(`drain, PostgreSQL × ${BATCHED}`, ['postgres', BATCHED], 1.1),
      row('drain, PostgreSQL × pg-boss, work()', ['postgres', 'pg-boss, work()'], 1.25),
      row('drain, PostgreSQL × pg-boss, fetch()', ['postgres', 'pg-boss, fetch()'], 1.25),
      ...world.kinds.map((kind) =>
        row(`drain, ${NAMES[kind]} × bare undici`, [kind, 'undici'], DRAIN_BY_UNDICI[kind])
      ),
    ];
  },

  async replicas(world, { quick, say }) {
    const result = await measureReplicas(world, {
      count: quick ? 8_000 : 20_000,
      rounds: quick ? 1 : 3,
      say,
    });
    const row = (replicas) => ({
      what: `drain, ${replicas} replicas × 1`,
      ...atLeast(result.ratio(`${replicas} replicas`, '1 replicas'), 1),
      absolute: perSecond(result.rate(`${replicas} replicas`)),
    });
    return [
      row(2),
      row(4),
      { what: 'messages sent twice', ...atMost(result.duplicates, 0), absolute: 'of all of these' },
    ];
  },

  async modes(world, { quick, say }) {
    const rows = [];
    for (const kind of ['postgres', 'sqlite']) {
      const result = await measureModes(world, kind, {
        count: quick ? 3_000 : 20_000,
        rounds: quick ? 1 : 5,
        say,
      });
      const row = (mode, target) => ({
        what: `drain, ${NAMES[kind]}: mode ${mode} × every`,
        ...atLeast(result.ratio(mode, 'every'), target),
        absolute: `${perSecond(result.rate(mode))} to ${perSecond(result.rate('every'))}, events`,
      });
      rows.push(row('latest', 0.9), row('batch', 1));
    }
    return rows;
  },

  async ledger(world, { quick, say }) {
    const rows = [];
    for (const kind of world.kinds) {
      const sizes = quick ? { count: 3_000, rounds: 2 } : { count: 20_000, rounds: 3 };
      const result = await measureLedger(world, kind, { ...sizes, say });
      rows.push({
        what: `drain, ${NAMES[kind]}: with a ledger × without`,
        ...atLeast(result.ratio('ledger', 'without'), 0.85),
        absolute: `${perSecond(result.rate('ledger'))} to ${perSecond(result.rate('without'))}`,
      });
    }
    return rows;
  },

  reconcile: measureReconcile,

  async writes(world, { quick, say }) {
    const rows = [];
    for (const kind of ['postgres', 'sqlite']) {
      const rowOf =
        (name, result) =>
        (what, [one, other], target) => ({
          what: `${name}, ${NAMES[kind]}: ${what}`,
          ...atMost(result.ratio(one, other), target),
          absolute: `p50: ${milliseconds(result.ms(one, 0.5))} to ${milliseconds(result.ms(other, 0.5))}, p99: ${milliseconds(result.ms(one, 0.99))} to ${milliseconds(result.ms(other, 0.99))}`,
        });
      const sizes = { kind, blocks: quick ? 5 : 30, perBlock: quick ? 20 : 40, say };
      const { rest, code } = await measureWrites(world, sizes);
      const changeRow = rowOf('content change', await measureFilteredWrites(world, sizes));
      const row = rowOf('content write', rest);
      const codeRow = rowOf('create in code', code);
      rows.push(
        row('one endpoint × absent', ['endpoint', 'absent'], 1.35),
        row('one endpoint × native webhook', ['endpoint', 'native'], 1),
        row('nothing subscribed × absent', ['idle', 'absent'], 1.02),
        changeRow('a filter × none', ['entry', 'none'], 1.05),
        changeRow('a filter with `previous` × none', ['previous', 'none'], 1.2),
        codeRow('one endpoint × absent', ['endpoint', 'absent'], 2),
        codeRow('one endpoint × native webhook', ['endpoint', 'native'], 2),
        codeRow('nothing subscribed × absent', ['idle', 'absent'], 1.02)
      );
      const { publish, bulk } = await measureHeavyWrites(world, {
        kind,
        rounds: quick ? 2 : 8,
        say,
      });
      const against = ['one endpoint × absent', ['endpoint', 'absent'], 1.25];
      rows.push(
        rowOf('publish of a heavy page', publish)(...against),
        rowOf('bulk publish of 50 heavy pages', bulk)(...against)
      );
    }
    return rows;
  },

  async latency(world, { quick }) {
    const { p50, p99 } = await measureLatency(world, {
      kind: 'postgres',
      samples: quick ? 50 : 500,
    });
    const row = (what, ms, target) => ({
      what: `commit to first byte, ms, ${what}`,
      ...atMost(ms, target),
      absolute: milliseconds(ms),
    });
    return [row('p50', p50, 15), row('p99', p99, 60)];
  },

  async claim(world, { quick, say }) {
    const sizes = quick
      ? { pendingRows: 50_000, finishedRows: 200_000 }
      : { pendingRows: 1_000_000, finishedRows: 5_000_000 };
    const { small, many, old } = await measureClaim(world, { ...sizes, say });
    const row = (what, ms) => ({
      what: `claim of 100, ${what} × 1,000 rows`,
      ...atMost(ms / small, 1.3),
      absolute: `${milliseconds(ms)} to ${milliseconds(small)}`,
    });
    return [
      row(`${count(sizes.pendingRows)} pending`, many),
      row(`and ${count(sizes.finishedRows)} finished`, old),
    ];
  },

  async signing(world, { quick, say }) {
    const result = await measureSigning(world, { blocks: quick ? 10 : 60, say });
    const row = (name, target) => ({
      what: `preparing a request, ${name} × standard`,
      ...atMost(result.ratio(name, 'standard'), target),
      absolute: `${microseconds(result.cost(name))} to ${microseconds(result.cost('standard'))}`,
    });
    return [row('standard and HS256', 5), row('standard and EdDSA', 6)];
  },

  async dead(world, { quick }) {
    const { ratio, rate } = await measureDeadEndpoint(world, {
      each: quick ? 50 : 200,
      rounds: quick ? 1 : 3,
    });
    return [
      {
        what: '1 of 100 endpoints dead: the others × all alive',
        ...atLeast(ratio, 0.95),
        absolute: perSecond(rate),
      },
    ];
  },

  async reads(world, { quick }) {
    const rows = [];
    for (const kind of ['postgres', 'sqlite']) {
      const { idle, busy, reads, rate } = await measureReads(world, {
        kind,
        backlog: quick ? 3_000 : 20_000,
        idleReads: quick ? 300 : 1_000,
      });
      rows.push({
        what: `REST read p99 while draining × idle, ${NAMES[kind]}`,
        ...atMost(busy / idle, 2),
        absolute: `${milliseconds(busy)} (${reads} reads, ${perSecond(rate)} delivered) to ${milliseconds(idle)}`,
      });
    }
    return rows;
  },

  async 'tagged-reads'(world, { quick }) {
    const { plain, tagged } = await measureTaggedReads(world, {
      kind: 'sqlite',
      reads: quick ? 400 : 1_500,
    });
    return [
      {
        what: 'REST read p50 with cache tags × without, SQLite',
        ...atMost(tagged.p50 / plain.p50, 1.05),
        absolute: `${milliseconds(tagged.p50)} to ${milliseconds(plain.p50)}; p99: ${milliseconds(tagged.p99)} to ${milliseconds(plain.p99)}`,
      },
    ];
  },

  async bytes(world, { quick, say }) {
    const rows = [];
    for (const kind of world.kinds) {
      const bytes = await measureBytes(world, { kind, count: quick ? 3_000 : 20_000, say });
      rows.push({
        what: `bytes on disk per delivered message of 1 kB, ${NAMES[kind]}`,
        ...atMost(Math.round(bytes), BYTES_PER_MESSAGE[kind]),
        absolute: 'all tables and indexes',
      });
    }
    return rows;
  },

  async idle(world, { quick }) {
    const rows = [];
    for (const kind of world.kinds) {
      const statements = await measureIdle(world, { kind, minutes: quick ? 1 : 3 });
      rows.push({
        what: `statements in an idle minute, ${NAMES[kind]}`,
        ...atMost(statements, 20),
        absolute: 'one node, nothing due',
      });
    }
    return rows;
  },

  async memory(world, { quick, say }) {
    const messages = quick ? 10_000 : 200_000;
    const runs = [];
    for (let run = 0; run < (quick ? 1 : 3); run += 1) {
      runs.push(await measureMemory(world, { count: messages, say }));
    }
    const { first, later, grown } = runs.sort((a, b) => b.grown - a.grown)[0];
    return [
      {
        what: `resident memory, draining ${count(messages)}: growth in the worst of ${runs.length} runs, MB`,
        ...atMost(grown, 40),
        absolute: `${Math.round(later)} MB to ${Math.round(first)} MB`,
      },
    ];
  },
};
