import * as fc from 'fast-check';

import {
  MAX_EXPRESSION_DEPTH,
  MAX_EXPRESSION_LENGTH,
  parseDelayExpression,
} from './delay-expression';
import { CoreError } from '../errors';

function errorOf(source: string): CoreError {
  try {
    parseDelayExpression(source, 'retryPolicy.expression');
  } catch (error) {
    if (error instanceof CoreError) return error;
    throw error;
  }
  throw new Error(`"${source}" was parsed`);
}

describe('value', () => {
  // https://upstash.com/docs/qstash/features/retry, examples of Upstash-Retry-Delay
  it.each([
    ['1000', 3, 1_000],
    ['1000 * (1 + retried)', 3, 4_000],
    ['pow(2, retried) * 1000', 3, 8_000],
    ['max(1000, pow(2, retried) * 100)', 3, 1_000],
    ['max(1000, pow(2, retried) * 100)', 5, 3_200],
    ['2000 * retried', 0, 0],
    ['2 + 3 * 4', 0, 14],
    ['(2 + 3) * 4', 0, 20],
    ['10 - 4 - 3', 0, 3],
    ['100 / 10 / 2', 0, 5],
    ['-retried + 5', 2, 3],
    ['- - 3', 0, 3],
    ['2 * -3', 0, -6],
    ['1.5 * 1000', 0, 1_500],
    ['abs(-3) + floor(2.7) + ceil(2.1) + round(2.5) + sqrt(16) + min(1, 2)', 0, 16],
    ['exp(0)', 0, 1],
    ['\t1\n+ 1 ', 0, 2],
  ])('%s with retried = %i is %d', (source, retried, value) =>
    expect(parseDelayExpression(source)(retried)).toBe(value)
  );
});

describe('what it refuses, with position and reason', () => {
  it.each([
    ['', 1, 'expected a number, "retried", a function or "(", found the end'],
    ['1 +', 4, 'found the end'],
    ['1 + * 2', 5, 'found "*"'],
    ['(1 + 2', 7, 'expected ")", found the end'],
    ['1 2', 3, 'expected an operator or the end, found "2"'],
    ['1)', 2, 'expected an operator or the end, found ")"'],
    ['2 % 3', 3, 'found "%"'],
    ['2 ^ 3', 3, 'found "^"'],
    ['1e3', 2, 'found "e3"'],
    ['.5', 1, 'found "."'],
    ['+1', 1, 'found "+"'],
    ['retry * 2', 1, 'unknown name "retry"'],
    ['Retried', 1, 'unknown name "Retried"'],
    ['constructor(1)', 1, 'unknown name "constructor"'],
    ['pow(2)', 1, 'pow takes 2 arguments, got 1'],
    ['1 + sqrt(1, 2)', 5, 'sqrt takes 1 argument, got 2'],
    ['pow', 4, 'expected "("'],
    ['pow()', 5, 'found ")"'],
    ['1; 2', 2, 'found ";"'],
    ['1 + 💥', 5, 'found "💥"'],
  ])('%s', (source, position, reason) => {
    const error = errorOf(source);
    expect(error).toMatchObject({ code: 'INVALID_EXPRESSION', field: 'retryPolicy.expression' });
    expect(error.message).toContain(`position ${position}: `);
    expect(error.message).toContain(reason);
  });

  it('bounds its length', () => {
    const longest = '1'.repeat(MAX_EXPRESSION_LENGTH);
    expect(() => parseDelayExpression(longest)).not.toThrow();
    expect(errorOf(`${longest}1`).message).toContain('longer than 500 characters');
  });

  it.each(['(', 'abs(', '-'])('bounds the nesting of %s', (opening) => {
    const nested = (depth: number) =>
      `${opening.repeat(depth)}1${opening.endsWith('(') ? ')'.repeat(depth) : ''}`;
    expect(() => parseDelayExpression(nested(MAX_EXPRESSION_DEPTH))).not.toThrow();
    expect(errorOf(nested(MAX_EXPRESSION_DEPTH + 1)).message).toContain('nested deeper than 50');
  });

  it('counts nesting, not length: siblings are free', () => {
    expect(parseDelayExpression(Array(100).fill('(1)').join('+'))(0)).toBe(100);
  });
});

/** An expression and its value, computed without the parser. */
interface Sample {
  text: string;
  value: (retried: number) => number;
}

const { sample } = fc.letrec<{ sample: Sample; leaf: Sample }>((tie) => ({
  leaf: fc.oneof(
    fc.constant<Sample>({ text: 'retried', value: (n) => n }),
    fc.tuple(fc.nat(100_000), fc.constantFrom('', '.5', '.25')).map(([whole, part]): Sample => {
      const text = `${whole}${part}`;
      return { text, value: () => Number(text) };
    })
  ),
  sample: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    tie('leaf'),
    fc.tuple(fc.constantFrom('+', '-', '*', '/'), tie('sample'), tie('sample')).map(binary),
    tie('sample').map((a): Sample => ({ text: `-(${a.text})`, value: (n) => -a.value(n) })),
    fc
      .tuple(fc.constantFrom('abs', 'floor', 'ceil', 'round', 'sqrt', 'exp'), tie('sample'))
      .map(([name, a]): Sample => ({
        text: `${name}(${a.text})`,
        value: (n) => Math[name](a.value(n)),
      })),
    fc
      .tuple(fc.constantFrom('min', 'max', 'pow'), tie('sample'), tie('sample'))
      .map(([name, a, b]): Sample => ({
        text: `${name}(${a.text}, ${b.text})`,
        value: (n) => Math[name](a.value(n), b.value(n)),
      }))
  ),
}));

function binary([operator, a, b]: ['+' | '-' | '*' | '/', Sample, Sample]): Sample {
  const value = (n: number): number => {
    const [x, y] = [a.value(n), b.value(n)];
    return { '+': x + y, '-': x - y, '*': x * y, '/': x / y }[operator];
  };
  return { text: `(${a.text}) ${operator} (${b.text})`, value };
}

describe('for any input', () => {
  it('equals a reference evaluation', () => {
    const short = sample.filter(({ text }) => text.length <= MAX_EXPRESSION_LENGTH);
    fc.assert(
      fc.property(short, fc.nat(100), ({ text, value }, retried) => {
        expect(parseDelayExpression(text)(retried)).toBe(value(retried));
      })
    );
  });

  it('follows precedence and associativity of flat chains', () => {
    const operand = fc.nat(1_000).map(String);
    const chain = fc.array(fc.tuple(fc.constantFrom('+', '-', '*', '/'), operand), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(operand, chain, (first, rest) => {
        const text = first + rest.map(([operator, value]) => `${operator}${value}`).join('');
        const terms = text.split(/(?=[+-])/).map((term) => {
          const [head = '', ...tail] = term.split(/(?=[*/])/);
          const factor = (x: number, part: string) =>
            part.startsWith('*') ? x * Number(part.slice(1)) : x / Number(part.slice(1));
          return tail.reduce(factor, Number(head));
        });
        const [start = 0, ...others] = terms;
        expect(parseDelayExpression(text)(0)).toBe(others.reduce((x, y) => x + y, start));
      })
    );
  });

  it('is refused by name or gives a number, and nothing else', () => {
    const alphabet = fc.constantFrom(
      ...'0123456789.+-*/(),%^ ',
      'retried',
      'pow',
      'min',
      'abs',
      'x'
    );
    const noise = fc.oneof(
      fc.string(),
      fc.array(alphabet).map((parts) => parts.join(''))
    );
    fc.assert(
      fc.property(noise, fc.nat(), (source, retried) => {
        try {
          expect(typeof parseDelayExpression(source)(retried)).toBe('number');
        } catch (error) {
          expect(error).toBeInstanceOf(CoreError);
        }
      })
    );
  });
});
