/**
 * The architecture, as run: who may import whom (docs/architecture.md has the table in words).
 *
 * Type-only imports count (`tsPreCompilationDeps: 'specify'`), so a layer cannot borrow another's
 * shapes unseen. Tests may import anything; nothing imports `test/`.
 */
const SERVER = '^server/src';
const TEST_FILE = '\\.test\\.tsx?$';

const only = (name, comment, from, allowed) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from, pathNot: TEST_FILE },
  to: { pathNot: allowed },
});

const npm = (...names) => `(^|/)node_modules/(${names.join('|')})(/|$)`;

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    only(
      'core-is-pure',
      'core/ imports core/, jose and ipaddr.js, nothing else',
      `${SERVER}/core/`,
      [
        `${SERVER}/core/`,
        npm('jose', 'ipaddr.js'),
        '^(node:)?(net|crypto|buffer)$', // judged by the next two rules
      ]
    ),
    {
      name: 'core-net-is-for-addresses',
      comment: 'isIP and BlockList are pure; only core/safety/ has a use for them',
      severity: 'error',
      from: {
        path: `${SERVER}/core/`,
        pathNot: [`${SERVER}/core/safety/(url-safety|networks)\\.ts$`, TEST_FILE],
      },
      to: { path: '^(node:)?net$' },
    },
    {
      name: 'core-crypto-is-for-hashes',
      comment: 'HMAC and hashes are arithmetic; chance (randomBytes) is an argument',
      severity: 'error',
      from: {
        path: `${SERVER}/core/`,
        pathNot: [`${SERVER}/core/(signing|routing|gates|ledger)/`, TEST_FILE],
      },
      to: { path: '^(node:)?crypto$' },
    },
    only(
      'loop-knows-ports',
      'delivery/loop/ imports core/ and its own ports',
      `${SERVER}/delivery/loop/`,
      [`${SERVER}/(core|delivery/loop)/`]
    ),
    {
      name: 'sql-lives-in-store',
      comment: 'knex, and the database drivers, only in store/',
      severity: 'error',
      from: { path: `${SERVER}/`, pathNot: [`${SERVER}/store/`, TEST_FILE] },
      to: { path: npm('knex', 'pg', 'mysql2', 'better-sqlite3', '@strapi/database') },
    },
    {
      name: 'sockets-live-in-http',
      comment: 'the only sockets are in delivery/http/',
      severity: 'error',
      from: { path: `${SERVER}/`, pathNot: [`${SERVER}/delivery/http/`, TEST_FILE] },
      to: {
        path: [npm('undici'), '^(node:)?(http|https|http2|tls|dgram|dns|dns/promises)$'],
        dependencyTypesNot: ['type-only'], // Koa's requests have node:http's shape
      },
    },
    {
      name: 'adapters-are-leaves',
      comment:
        'store/, delivery/http/, capture/, content-api/ and qstash/format/ are wired by runtime/, never by each other',
      severity: 'error',
      from: {
        path: `${SERVER}/(store|delivery/http|capture|content-api|qstash/format)/`,
        pathNot: TEST_FILE,
      },
      to: {
        path: `${SERVER}/`,
        pathNot: [
          `${SERVER}/$1/`,
          `${SERVER}/core/`,
          `${SERVER}/plugin-id\\.ts$`,
          `${SERVER}/delivery/loop/ports\\.ts$`,
          `${SERVER}/host/(confirmed-transaction|actor|strapi-internals(-view)?)\\.ts$`,
        ],
      },
    },
    {
      name: 'brokers-build-on-http',
      comment:
        'delivery/brokers/ has clients of its own, and the checks and errors of delivery/http/',
      severity: 'error',
      from: { path: `${SERVER}/delivery/brokers/`, pathNot: TEST_FILE },
      to: { path: `${SERVER}/`, pathNot: `${SERVER}/(core|delivery/(http|brokers))/` },
    },
    {
      name: 'clients-of-brokers-are-types',
      comment: 'the app installs them, or does not: they are loaded when an endpoint needs one',
      severity: 'error',
      from: { path: `${SERVER}/`, pathNot: TEST_FILE },
      to: { path: npm('@nats-io', 'ioredis'), dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'adapters-see-the-loop-as-types',
      comment: 'an adapter implements a port; it never drives the loop',
      severity: 'error',
      from: { path: `${SERVER}/(store|delivery/http|capture|qstash|host)/`, pathNot: TEST_FILE },
      to: { path: `${SERVER}/delivery/loop/`, dependencyTypesNot: ['type-only'] },
    },
    ...[
      // [layer, what it must not import]
      ['host', 'capture|delivery/(engine|upkeep)|stats|runtime|api|settings|panel|qstash|app'],
      ['delivery/(engine|upkeep)|stats', 'runtime|settings|panel|qstash|app'],
      ['runtime', 'settings|panel|qstash|app'],
      ['api', 'settings|panel|qstash|app'],
      ['settings', 'panel|qstash|app'],
      ['panel', 'qstash'],
      ['qstash', 'settings|panel'],
    ].map(([layer, above]) => ({
      name: `${layer.split('|')[0].split('/')[0]}-imports-downwards`,
      comment:
        'core, store and host < delivery < runtime < api < settings < panel; api < qstash; both < app',
      severity: 'error',
      from: { path: `${SERVER}/(${layer})/`, pathNot: TEST_FILE },
      to: { path: `${SERVER}/(${above})/`, pathNot: `${SERVER}/app/service-of\\.ts$` },
    })),
    {
      name: 'contract-is-the-panel-s',
      comment: 'the server below panel/ has read models of its own',
      severity: 'error',
      from: { path: `${SERVER}/`, pathNot: [`${SERVER}/panel/`, TEST_FILE] },
      to: { path: `${SERVER}/panel/contract\\.ts$` },
    },
    {
      name: 'admin-sees-the-contract',
      comment: 'of the server, admin/ knows panel/contract.ts',
      severity: 'error',
      from: { path: '^admin/' },
      to: { path: '^server/', pathNot: `${SERVER}/panel/contract\\.ts$` },
    },
    {
      name: 'contract-is-types',
      comment: 'as types: not a byte of the server reaches the browser',
      severity: 'error',
      from: { path: '^admin/' },
      to: { path: '^server/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'server-never-sees-admin',
      severity: 'error',
      from: { path: '^server/' },
      to: { path: '^admin/' },
    },
    {
      name: 'nothing-imports-tests',
      severity: 'error',
      from: { path: '^(server|admin)/', pathNot: TEST_FILE },
      to: { path: ['^test/', TEST_FILE] },
    },
    {
      name: 'declared-dependencies-only',
      comment: 'what ships may import only what package.json promises to install',
      severity: 'error',
      from: { path: '^(server|admin)/src/', pathNot: TEST_FILE },
      to: {
        // cronstrue is bundled into the panel, so that its weight is counted; knex has the next rule.
        pathNot: npm('cronstrue', 'knex'),
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown', 'unknown', 'undetermined'],
        dependencyTypesNot: ['npm', 'npm-peer'],
      },
    },
    {
      name: 'knex-is-types',
      comment:
        "Strapi's own knex builds the queries; a second copy would not know its transactions",
      severity: 'error',
      from: { path: `${SERVER}/`, pathNot: TEST_FILE },
      to: { path: npm('knex'), dependencyTypesNot: ['type-only'] },
    },
    only(
      'cli-is-alone',
      'cli/ runs in projects of receivers, over HTTP: it imports itself and Node',
      '^cli/',
      ['^cli/', '^(node:)?(crypto|fs/promises|os|readline/promises|timers/promises|url|util)$']
    ),
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-orphans',
      comment: 'a file that nothing imports is either an entry point, a test, or forgotten',
      severity: 'error',
      from: {
        orphan: true,
        pathNot: [`${SERVER}/index\\.ts$`, '^admin/src/index\\.tsx?$', '\\.d\\.ts$', '^test/'],
      },
      to: {},
    },
  ],
  options: {
    tsPreCompilationDeps: 'specify',
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    // Of our own folders: most packages have their code in a `dist/`, and are to be seen.
    exclude: { path: '^(test/app/)?(dist|build|types|\\.tmp|\\.cache|\\.strapi)/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
