/**
 * Lets plain node run this folder's TypeScript: `node -r ./register.cjs file.ts`. The victim is a
 * process of its own, out of jest's reach, and must start fast: types are stripped, not checked.
 */
'use strict';

const { readFileSync } = require('node:fs');

const { transformSync } = require('@swc/core');

require.extensions['.ts'] = (module, filename) => {
  const { code } = transformSync(readFileSync(filename, 'utf8'), {
    filename,
    swcrc: false,
    sourceMaps: 'inline',
    jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
    module: { type: 'commonjs', ignoreDynamic: true },
  });
  module._compile(code, filename);
};
