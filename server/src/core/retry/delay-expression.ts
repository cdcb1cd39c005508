/**
 * QStash's `Upstash-Retry-Delay`: arithmetic in one variable, `retried`, whose value is the wait in ms.
 *
 * Source: https://upstash.com/docs/qstash/features/retry. The grammar:
 *
 *     sum     = product { ("+" | "-") product }
 *     product = factor { ("*" | "/") factor }
 *     factor  = "-" factor | number | "retried" | name "(" sum { "," sum } ")" | "(" sum ")"
 *     number  = digits [ "." digits ]
 *
 * A recursive descent parser that compiles to closures. Never `eval`: the text comes from an API.
 * Length and nesting are bounded, so parsing and evaluating always end and never exhaust the stack.
 */
import { CoreError } from '../errors';

/** Far beyond any sensible schedule; bounds the work of one evaluation. */
export const MAX_EXPRESSION_LENGTH = 500;
/** Parentheses, calls and signs within each other. */
export const MAX_EXPRESSION_DEPTH = 50;

/** The wait in ms, unrounded, perhaps negative or not finite: `core/retry/backoff.ts` makes a delay of it. */
export type DelayExpression = (retried: number) => number;

type Fn = (...args: number[]) => number;

const FUNCTIONS: ReadonlyMap<string, { arity: number; apply: Fn }> = new Map([
  ['pow', { arity: 2, apply: (x: number, y: number) => Math.pow(x, y) }],
  ['min', { arity: 2, apply: (x: number, y: number) => Math.min(x, y) }],
  ['max', { arity: 2, apply: (x: number, y: number) => Math.max(x, y) }],
  ['exp', { arity: 1, apply: (x: number) => Math.exp(x) }],
  ['sqrt', { arity: 1, apply: (x: number) => Math.sqrt(x) }],
  ['abs', { arity: 1, apply: (x: number) => Math.abs(x) }],
  ['floor', { arity: 1, apply: (x: number) => Math.floor(x) }],
  ['ceil', { arity: 1, apply: (x: number) => Math.ceil(x) }],
  ['round', { arity: 1, apply: (x: number) => Math.round(x) }],
] satisfies [string, { arity: number; apply: Fn }][]);

const TOKEN = /\s*(?:(\d+(?:\.\d+)?)|([A-Za-z_]\w*)|(.))/suy;

interface Token {
  kind: 'number' | 'name' | 'sign' | 'end';
  text: string;
  /** Counted from 1, as an editor shows it. */
  position: number;
}

/** @throws CoreError `INVALID_EXPRESSION` that says where and why. */
export function parseDelayExpression(source: string, field?: string): DelayExpression {
  return new Parser(source, field).parse();
}

class Parser {
  private readonly tokens: Token[];
  private index = 0;
  private depth = 0;

  constructor(
    source: string,
    private readonly field: string | undefined
  ) {
    if (source.length > MAX_EXPRESSION_LENGTH) {
      throw this.error(`longer than ${MAX_EXPRESSION_LENGTH} characters`, source.length);
    }
    this.tokens = tokenize(source);
  }

  parse(): DelayExpression {
    const expression = this.sum();
    if (this.current.kind !== 'end') throw this.unexpected('an operator or the end');
    return expression;
  }

  private sum(): DelayExpression {
    let left = this.product();
    for (;;) {
      const [a, plus] = [left, this.accept('+')];
      if (!plus && !this.accept('-')) return left;
      const b = this.product();
      left = plus ? (n) => a(n) + b(n) : (n) => a(n) - b(n);
    }
  }

  private product(): DelayExpression {
    let left = this.factor();
    for (;;) {
      const [a, times] = [left, this.accept('*')];
      if (!times && !this.accept('/')) return left;
      const b = this.factor();
      left = times ? (n) => a(n) * b(n) : (n) => a(n) / b(n);
    }
  }

  private factor(): DelayExpression {
    const token = this.current;
    if (token.kind === 'number') {
      this.index += 1;
      const value = Number(token.text);
      return () => value;
    }
    if (token.kind === 'name') return this.name(token);
    return this.nested(token, () => {
      if (this.accept('-')) {
        const operand = this.factor();
        return (n) => -operand(n);
      }
      if (!this.accept('(')) throw this.unexpected('a number, "retried", a function or "("');
      const inner = this.sum();
      this.expect(')');
      return inner;
    });
  }

  private name(token: Token): DelayExpression {
    this.index += 1;
    if (token.text === 'retried') return (n) => n;
    const fn = FUNCTIONS.get(token.text);
    if (!fn) {
      const known = [...FUNCTIONS.keys()].join(', ');
      throw this.error(
        `unknown name "${token.text}": use retried or a function (${known})`,
        token.position
      );
    }
    return this.nested(token, () => this.call(token, fn));
  }

  private call(token: Token, fn: { arity: number; apply: Fn }): DelayExpression {
    this.expect('(');
    const args = [this.sum()];
    while (this.accept(',')) args.push(this.sum());
    this.expect(')');
    if (args.length !== fn.arity) {
      const wanted = `${fn.arity} argument${fn.arity === 1 ? '' : 's'}`;
      throw this.error(`${token.text} takes ${wanted}, got ${args.length}`, token.position);
    }
    return (n) => fn.apply(...args.map((arg) => arg(n)));
  }

  private nested(token: Token, parse: () => DelayExpression): DelayExpression {
    this.depth += 1;
    if (this.depth > MAX_EXPRESSION_DEPTH) {
      throw this.error(`nested deeper than ${MAX_EXPRESSION_DEPTH}`, token.position);
    }
    const expression = parse();
    this.depth -= 1;
    return expression;
  }

  private get current(): Token {
    // The last token is always `end`, and nothing moves past it.
    return this.tokens[this.index] as Token;
  }

  private accept(sign: string): boolean {
    const matches = this.current.kind === 'sign' && this.current.text === sign;
    if (matches) this.index += 1;
    return matches;
  }

  private expect(sign: string): void {
    if (!this.accept(sign)) throw this.unexpected(`"${sign}"`);
  }

  private unexpected(expected: string): CoreError {
    const { kind, text, position } = this.current;
    const found = kind === 'end' ? 'the end' : `"${text}"`;
    return this.error(`expected ${expected}, found ${found}`, position);
  }

  private error(reason: string, position: number): CoreError {
    return new CoreError(
      'INVALID_EXPRESSION',
      `delay expression, position ${position}: ${reason}`,
      this.field
    );
  }
}

function tokenize(source: string): Token[] {
  const text = source.trimEnd();
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const match = TOKEN.exec(text);
    if (!match) break;
    const [, number, name, sign] = match;
    const kind = number !== undefined ? 'number' : name !== undefined ? 'name' : 'sign';
    const token = number ?? name ?? sign ?? '';
    tokens.push({ kind, text: token, position: TOKEN.lastIndex - token.length + 1 });
  }
  tokens.push({ kind: 'end', text: '', position: text.length + 1 });
  return tokens;
}
