import { validateRetryPolicy } from './retry-policy';

describe('accepts, and returns, what is stored', () => {
  it.each([
    { kind: 'preset', preset: 'standard' },
    { kind: 'preset', preset: 'qstash', maxRetries: 0 },
    { kind: 'preset', preset: 'qstash', maxRetries: 100 },
    { kind: 'preset', preset: 'none' },
    { kind: 'list', delaysMs: [] },
    { kind: 'list', delaysMs: [0, 1_000, 86_400_000] },
    { kind: 'expression', expression: 'pow(2, retried) * 1000', maxRetries: 8 },
  ])('%j', (policy) => expect(validateRetryPolicy(policy, 'retryPolicy')).toEqual(policy));
});

describe('refuses, naming the part', () => {
  it.each<[unknown, string]>([
    [null, 'retryPolicy'],
    ['standard', 'retryPolicy'],
    [[], 'retryPolicy'],
    [{}, 'retryPolicy.kind'],
    [{ kind: 'linear' }, 'retryPolicy.kind'],
    [{ kind: 'preset' }, 'retryPolicy.preset'],
    [{ kind: 'preset', preset: 'fast' }, 'retryPolicy.preset'],
    [{ kind: 'preset', preset: 'qstash', maxRetries: 101 }, 'retryPolicy.maxRetries'],
    [{ kind: 'preset', preset: 'qstash', maxRetries: -1 }, 'retryPolicy.maxRetries'],
    [{ kind: 'preset', preset: 'qstash', maxRetries: 1.5 }, 'retryPolicy.maxRetries'],
    [{ kind: 'preset', preset: 'qstash', maxRetries: '3' }, 'retryPolicy.maxRetries'],
    [{ kind: 'preset', preset: 'none', maxRetries: 1 }, 'retryPolicy.maxRetries'],
    [{ kind: 'preset', preset: 'qstash', retries: 3 }, 'retryPolicy.retries'],
    [{ kind: 'list' }, 'retryPolicy.delaysMs'],
    [{ kind: 'list', delaysMs: Array(101).fill(1) }, 'retryPolicy.delaysMs'],
    [{ kind: 'list', delaysMs: [1, 86_400_001] }, 'retryPolicy.delaysMs.1'],
    [{ kind: 'list', delaysMs: [-1] }, 'retryPolicy.delaysMs.0'],
    [{ kind: 'list', delaysMs: ['1'] }, 'retryPolicy.delaysMs.0'],
    [{ kind: 'expression', expression: 7, maxRetries: 1 }, 'retryPolicy.expression'],
    [{ kind: 'expression', expression: '1' }, 'retryPolicy.maxRetries'],
  ])('%j', (policy, field) => {
    const invalid = expect.objectContaining({
      code: 'INVALID_RETRY_POLICY',
      field,
      message: expect.stringContaining(field) as string,
    }) as Error;
    expect(() => validateRetryPolicy(policy, 'retryPolicy')).toThrow(invalid);
  });

  it('an expression with the position of its error', () => {
    const policy = { kind: 'expression', expression: '2 * (retried', maxRetries: 3 };
    expect(() => validateRetryPolicy(policy, 'retryPolicy')).toThrow(
      expect.objectContaining({
        code: 'INVALID_EXPRESSION',
        field: 'retryPolicy.expression',
        message: expect.stringContaining('position 13') as string,
      }) as Error
    );
  });
});
