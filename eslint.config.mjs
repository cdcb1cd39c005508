/**
 * What a reader may rely on without looking: no floating promise, no half-covered switch, no `any`,
 * no clock or dice in code that must give the same answer twice. Layers are dependency-cruiser's.
 */
import tseslint from 'typescript-eslint';

const TESTS = ['**/*.test.ts', 'test/**/*.ts'];

/** Reading the clock, rolling dice or arming a timer: arguments in `core/`, ports in `delivery/loop/`. */
const IMPURE = [
  ["CallExpression[callee.object.name='Date'][callee.property.name='now']", 'Date.now()'],
  ["NewExpression[callee.name='Date'][arguments.length=0]", 'new Date()'],
  ["CallExpression[callee.name='Date']", 'Date()'],
  ["MemberExpression[object.name='performance']", 'performance'],
  ["MemberExpression[object.name='Math'][property.name='random']", 'Math.random'],
  ["MemberExpression[object.name='crypto'][property.name=/^(random|getRandom)/]", 'crypto.random…'],
  ['CallExpression[callee.name=/^(setTimeout|setInterval|setImmediate)$/]', 'a timer'],
].map(([selector, what]) => ({
  selector,
  message: `${what}: time and chance are arguments here (house rule: core is arithmetic).`,
}));

const house = {
  'max-params': ['error', 4],
  'max-depth': ['error', 3],
  // A switch counts once: a table is no maze, and exhaustiveness is checked above.
  complexity: ['error', { max: 12, variant: 'modified' }],
  'max-lines': ['error', { max: 250, skipBlankLines: true }],
  eqeqeq: ['error', 'always', { null: 'ignore' }],
  'no-console': 'error',
  'no-warning-comments': ['error', { terms: ['prettier-ignore'] }],
  'no-eval': 'error',
  'no-restricted-globals': [
    'error',
    { name: 'strapi', message: 'Take strapi as an argument: a global hides who needs what.' },
  ],
  '@typescript-eslint/no-floating-promises': 'error',
  '@typescript-eslint/no-explicit-any': 'error',
  '@typescript-eslint/switch-exhaustiveness-check': 'error',
  '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
  // Ports and services are closures: no method of ours reads `this`, and taking them apart is safe.
  '@typescript-eslint/unbound-method': 'off',
  // `async` marks a port's contract even where today's body has nothing to await.
  '@typescript-eslint/require-await': 'off',
  // Ids and counts read well in messages; objects and undefined are still refused.
  '@typescript-eslint/restrict-template-expressions': [
    'error',
    { allowNumber: true, allowBoolean: true },
  ],
};

export default tseslint.config(
  {
    ignores: [
      '**/node_modules/**',
      '**/dist/**',
      '**/build/**',
      '**/.tmp/**',
      '**/.cache/**',
      '**/.strapi/**',
      'bench/node_modules/**',
      'test/app/types/**',
      'playground/types/**',
    ],
  },
  {
    files: ['server/src/**/*.ts', 'test/**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: {
      parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname },
    },
    rules: house,
  },
  {
    // A list of shapes: nothing to split but the list.
    files: ['server/src/panel/contract.ts'],
    rules: { 'max-lines': 'off' },
  },
  {
    files: ['server/src/core/**/*.ts', 'server/src/delivery/loop/**/*.ts'],
    ignores: TESTS,
    rules: {
      'no-restricted-syntax': ['error', ...IMPURE],
      '@typescript-eslint/no-restricted-imports': [
        'error',
        ...['node:crypto', 'crypto'].map((name) => ({
          name,
          importNames: ['randomBytes', 'randomInt', 'randomUUID', 'webcrypto', 'getRandomValues'],
          message: 'chance is an argument here.',
        })),
        ...['node:timers', 'node:timers/promises', 'node:perf_hooks', 'node:fs', 'node:os'].map(
          (name) => ({ name, message: 'no clock, no I/O here.' })
        ),
      ],
    },
  },
  {
    files: TESTS,
    rules: {
      // A table of cases is one purpose, however long.
      'max-lines': ['error', { max: 500 }],
      'no-console': 'off',
    },
  },
  {
    files: ['admin/src/**/*.{ts,tsx}'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: {
      parserOptions: { project: './admin/tsconfig.json', tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      ...house,
      // `onClick={async () => …}`: React does not mind.
      '@typescript-eslint/no-misused-promises': [
        'error',
        { checksVoidReturn: { attributes: false } },
      ],
    },
  },
  {
    files: [
      'scripts/**/*.mjs',
      'cli/**/*.mjs',
      '*.{mjs,cjs,js}',
      'playground/**/*.js',
      'bench/**/*.mjs',
    ],
    extends: [tseslint.configs.recommended],
    rules: {
      'max-params': house['max-params'],
      'max-depth': house['max-depth'],
      complexity: house.complexity,
      'max-lines': house['max-lines'],
      eqeqeq: house.eqeqeq,
      '@typescript-eslint/no-require-imports': 'off',
    },
  }
);
