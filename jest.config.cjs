/**
 * One configuration for every layer of tests: units beside the code, the rest under `test/`.
 * Which layer runs is chosen by path (`npx jest server/src`, `npx jest test/integration`).
 */
const ESM_ONLY = ['jose', 'fast-check', 'pure-rand'];

/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/server/src/**/*.test.ts', '<rootDir>/test/**/*.test.ts'],
  // Built apps hold copies of package.json files, which jest's module map takes for duplicates.
  modulePathIgnorePatterns: [
    '<rootDir>/dist/',
    '<rootDir>/\\.tmp/',
    '<rootDir>/test/app/(dist|build|\\.tmp|\\.cache|\\.strapi)/',
    '<rootDir>/playground/(dist|build|\\.tmp|\\.cache|\\.strapi)/',
  ],
  transform: {
    '^.+\\.(ts|tsx|mjs|js)$': [
      '@swc/jest',
      {
        jsc: { target: 'es2022', parser: { syntax: 'typescript', tsx: false, decorators: false } },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
        swcrc: false,
      },
    ],
  },
  // Packages that ship ESM alone are transformed; everything else in node_modules is CommonJS.
  transformIgnorePatterns: [`/node_modules/(?!(${ESM_ONLY.join('|')})/)`],
  // Two workers on any machine: each integration suite boots a whole Strapi.
  maxWorkers: 2,
  testTimeout: 60_000,
  globalSetup: '<rootDir>/test/support/begin-run.ts',
  globalTeardown: '<rootDir>/test/support/end-run.ts',
};
