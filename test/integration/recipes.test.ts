/** The recipes of the playground, each run as its first lines say, against one playground. */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { findKafka, startKafka } from '../support/brokers/kafka';
import { findNats, startNats } from '../support/brokers/nats';
import { findRabbit, startRabbit } from '../support/brokers/rabbitmq';
import { findRedis, startRedis } from '../support/brokers/redis';
import { USERINFO, type Broker } from '../support/brokers/broker';
import { appEnv, startStrapi, type StrapiProcess } from '../support/strapi-process';

const ROOT = path.resolve(__dirname, '../..');
const PLAYGROUND = path.join(ROOT, 'playground');
const RECIPES = path.join(PLAYGROUND, 'recipes');

interface BrokerOfRecipe {
  recipe: string;
  variable: string;
  /** Before and after the address. */
  url: readonly [string, string];
  /** Default: that of all brokers. */
  userinfo?: string;
  find: () => string | undefined;
  start: (program: string) => Promise<Pick<Broker, 'port' | 'kill'> & Partial<Broker>>;
}

const BROKERS: BrokerOfRecipe[] = [
  {
    ...{ recipe: 'kafka', variable: 'KAFKA_URL', url: ['kafka', ''] as const, userinfo: '' },
    ...{ find: findKafka, start: startKafka },
  },
  { recipe: 'nats', variable: 'NATS_URL', url: ['nats', ''], find: findNats, start: startNats },
  {
    ...{ recipe: 'rabbitmq', variable: 'RABBITMQ_URL', url: ['amqp', '/%2F'] as const },
    ...{ find: findRabbit, start: startRabbit },
  },
  {
    recipe: 'redis',
    variable: 'REDIS_URL',
    url: ['redis', ''],
    find: findRedis,
    start: startRedis,
  },
];

/** What a recipe prints, besides `done`. */
const SAYS: Record<string, RegExp> = {
  kafka: /topic playground has entry\.publish of "kafka: Hello, topic", signature verified/,
  nats: /stream PLAYGROUND has entry\.publish of "nats: Hello, stream", signature verified/,
  rabbitmq: /queue playground has entry\.publish of "rabbitmq: Hello, queue", signature verified/,
  redis: /stream playground has entry\.publish of "redis: Hello, stream", signature verified/,
  'receiver-in-code': /delivered: the function returned {"journal":"entry\.publish receiver-in-c/,
  pull: /claimed entry\.publish of "pull: Hello, claim", signature verified\nit is delivered/,
  listen: /localhost:\d+\/api\/hook got entry\.publish; it is delivered/,
  'settings-as-code':
    /"journal-in-git" is described by .*\nand cannot be edited .*\nan article is delivered to journal-in-git/,
  alerts: /problem \(failed-messages\): .*recipe-broken/,
};
const names = Object.keys(SAYS);

let folder: string;
let strapi: StrapiProcess | undefined;
let env: NodeJS.ProcessEnv;
let slow: Promise<string>;
const stops: (() => Promise<void>)[] = [];

/** @returns what it printed. @throws Error with that, when it failed. */
function run(recipe: string): Promise<string> {
  const child = spawn(process.execPath, [path.join(RECIPES, `${recipe}.mjs`)], { env, cwd: ROOT });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  return new Promise((resolve, reject) => {
    child.once('close', (code) => {
      if (code === 0) resolve(output);
      else reject(new Error(`${recipe} left with exit code ${code}:\n${output}`));
    });
  });
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'gw-recipes-'));
  env = {
    ...(await appEnv(path.join(folder, 'playground.db'))),
    DEMO_API_TOKEN: 'token-of-the-recipes',
    DEMO_SETTINGS: 'playground/recipes/settings-as-code/webhooks.js',
  };
  const starting = BROKERS.map(async ({ variable, url: [scheme, end], find, start, userinfo }) => {
    const program = find();
    if (program === undefined) return;
    const broker = await start(program);
    stops.push(broker.stop ?? broker.kill);
    env[variable] = `${scheme}://${userinfo ?? `${USERINFO}@`}127.0.0.1:${broker.port}${end}`;
  });
  strapi = await startStrapi(PLAYGROUND, path.join(ROOT, 'node_modules', '.bin'), env);
  env.STRAPI_URL = strapi.origin;
  slow = run('alerts'); // beside the others
  slow.catch(() => undefined); // its test tells
  await Promise.all(starting);
}, 180_000);

afterAll(async () => {
  await slow?.catch(() => undefined);
  await strapi?.stop();
  await Promise.all(stops.map((stop) => stop()));
  await rm(folder, { recursive: true, force: true });
}, 60_000);

for (const recipe of names) {
  const broker = BROKERS.find((one) => one.recipe === recipe);
  const isMissing = broker !== undefined && broker.find() === undefined;
  (isMissing ? it.skip : it)(`${recipe}${isMissing ? ': it is not installed' : ''}`, async () => {
    const output = await (recipe === 'alerts' ? slow : run(recipe));
    expect(output).toMatch(SAYS[recipe]!);
    expect(output).toMatch(/^done$/m);
  });
}

it('are all run here, and listed', () => {
  const files = readdirSync(RECIPES).filter((file) => file.endsWith('.mjs'));
  expect(files.map((file) => path.basename(file, '.mjs')).sort()).toEqual(names.sort());
  const list = readFileSync(path.join(RECIPES, 'README.md'), 'utf8');
  for (const file of files) expect(list).toContain(`node playground/recipes/${file}`);
});
