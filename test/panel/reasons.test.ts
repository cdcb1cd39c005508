/** Reasons that the server gives, as the panel translates them. The server's own words are used. */
import { z } from 'zod';

import { translatedReason } from '../../admin/src/utils/reasons';
import { parseInput } from '../../server/src/api/input';
import { NAME_RULE } from '../../server/src/core/message/names';
import { createUrlPolicy, parseTarget } from '../../server/src/core/safety/url-safety';

const reasonOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('nothing was refused');
};

const input = (schema: z.ZodType, value: unknown) => reasonOf(() => parseInput(schema, value));
const policy = createUrlPolicy({ allow: { cidrs: [], hosts: [] }, httpsOnly: false });
const url = (text: string) => reasonOf(() => parseTarget(text, policy, 'url'));

const object = (shape: z.ZodType) => z.strictObject({ field: shape });

it.each([
  [input(object(z.string()), {}), 'reason.missing', {}],
  [input(object(z.string()), { field: '', other: 1 }), 'reason.unknown-field', {}],
  [input(object(z.string().min(3)), { field: '' }), 'reason.short', { bound: '3' }],
  [input(object(z.string().max(1)), { field: 'ab' }), 'reason.long', { bound: '1' }],
  [input(object(z.array(z.string()).min(1)), { field: [] }), 'reason.few', { bound: '1' }],
  [input(object(z.array(z.string()).max(0)), { field: ['a'] }), 'reason.many', { bound: '0' }],
  [input(object(z.number().min(1)), { field: 0 }), 'reason.small', { bound: '1' }],
  [input(object(z.number().max(9)), { field: 10 }), 'reason.large', { bound: '9' }],
  [input(object(z.number()), { field: 'a' }), 'reason.number', {}],
  [input(object(z.number().int()), { field: 1.5 }), 'reason.whole', {}],
  [input(object(z.enum(['a', 'b'])), { field: 'c' }), 'reason.choice', { choices: 'a, b' }],
  [`name ${NAME_RULE}`, 'reason.name', { bound: '200' }],
  [url('https://a b/'), 'reason.url.characters', {}],
  [url('ftp://example.com/'), 'reason.url.scheme', {}],
  [url('https://user:secret@example.com/'), 'reason.url.credentials', {}],
  [url('https://example.com:25/'), 'reason.url.port', { port: '25' }],
  [url('http://169.254.169.254/'), 'reason.url.metadata', { target: '169.254.169.254' }],
  [
    'url needs packages that are not installed: npm install @nats-io/transport-node',
    'reason.url.package',
    { command: 'npm install @nats-io/transport-node' },
  ],
  [
    'url has *** for credentials that are not known for this server: enter them',
    'reason.url.keep',
    {},
  ],
  [
    url('http://127.0.0.1/'),
    'reason.url.private',
    { target: '127.0.0.1', line: "http.allow.cidrs: ['127.0.0.1/32']" },
  ],
  [
    url('http://frontend:3000/'),
    'reason.url.private',
    { target: 'frontend', line: "http.allow.hosts: ['frontend']" },
  ],
])('%s', (reason, key, values) => expect(translatedReason(reason)).toEqual({ key, values }));

it('leaves a rare reason as it is', () => {
  expect(translatedReason('the moon is full')).toBeUndefined();
});
