/** The documentation, held to the code: its table of routes and rights, its list of error codes. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { answerFor } from '../../server/src/panel/controllers/errors';
import { CoreError, type ErrorCode } from '../../server/src/core/errors';
import { PERMISSIONS } from '../../server/src/panel/permissions';
import { ADMIN_ROUTES } from '../../server/src/panel/routes/admin';

const documentation = (name: string): string =>
  readFileSync(resolve(__dirname, '../../docs', name), 'utf8');

it('lists every route with its permission', () => {
  const rows = documentation('api.md').matchAll(/^(GET|POST|PUT|DELETE) +(\/\S+) +([a-z.-]+)/gm);
  const documented = [...rows].map((row) => row.slice(1).join(' '));
  const served = ADMIN_ROUTES.map(
    ({ method, path, permission }) => `${method} ${path} ${permission}`
  );
  expect(documented.sort()).toEqual(served.sort());
});

it('names every permission', () => {
  const text = documentation('api.md');
  expect(PERMISSIONS.filter((permission) => !text.includes(permission))).toEqual([]);
});

it('responds to each code with the documented status', () => {
  const rows = documentation('errors.md').matchAll(/^\| `([A-Z_]+)` \| (\d{3}) \|/gm);
  const documented = [...rows].map(([, code, status]) => [code, Number(status)]);
  const answered = documented.map(([code]) => [
    code,
    answerFor(new CoreError(code as ErrorCode, 'why', 'field'))?.error.status,
  ]);
  expect(documented.length).toBeGreaterThan(10);
  expect(answered).toEqual(documented);
});
