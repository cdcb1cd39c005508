import { createFieldRedactor } from './redact-fields';

const shown = (fields: string[], value: unknown): unknown => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const result = createFieldRedactor(fields)({ text, encoding: 'utf8' }).text;
  return typeof value === 'string' ? result : JSON.parse(result);
};

it('hides a name wherever it is, whatever its case and value', () => {
  const entry = { user: { Password: 's3cret', name: 'Ada' }, list: [{ password: { a: 1 } }] };
  expect(shown(['password'], entry)).toEqual({
    user: { Password: '[redacted]', name: 'Ada' },
    list: [{ password: '[redacted]' }],
  });
});

it('hides a path and not its namesakes, through lists', () => {
  const body = {
    customer: [{ email: 'a@b.c' }],
    email: 'shop@b.c',
    entry: { customer: { email: 1 } },
  };
  expect(shown(['customer.email'], body)).toEqual({
    customer: [{ email: '[redacted]' }],
    email: 'shop@b.c',
    entry: { customer: { email: '[redacted]' } },
  });
});

it('hides it in what a callback reports on', () => {
  const inner = Buffer.from('{"password":"s3cret","a":1}').toString('base64');
  const { body } = shown(['password'], { status: 200, body: inner }) as { body: string };
  expect(Buffer.from(body, 'base64').toString()).toBe('{"password":"[redacted]","a":1}');
});

it('hides the whole of what cannot be searched, if the name is in it', () => {
  expect(shown(['password'], '{"password":"s3cr')).toBe('[redacted]');
  expect(shown(['password'], 'user=ada&password=s3cret')).toBe('[redacted]');
  expect(shown(['password'], 'user=ada')).toBe('user=ada');
});

it('leaves everything else as it was written', () => {
  const text = '{ "a" : 1.0,\n "passwords_are": 2 }';
  expect(shown(['password'], text)).toBe(text);
  expect(shown([], '{"password":1}')).toBe('{"password":1}');
  const binary = { text: 'AAEC', encoding: 'base64' as const };
  expect(createFieldRedactor(['password'])(binary)).toBe(binary);
});

it('is not led astray by names of the language', () => {
  const text = '{"__proto__":{"password":1},"constructor":2}';
  expect(shown(['password'], text)).toContain('[redacted]');
  expect(({} as { password?: unknown }).password).toBeUndefined();
});
