/** Writes a value as JavaScript, as Prettier formats it. */

/** A value that comes from the environment. */
export class EnvValue {
  constructor(readonly name: string) {}
}

/** JavaScript that is written as it is. */
export class Expression {
  constructor(readonly text: string) {}
}

const WIDTH = 90;
const STEP = '  ';
const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

const quoted = (text: string): string =>
  text.includes("'") || text.includes('\\') || /[^\x20-\x7e\u00a0-\uffff]/.test(text)
    ? JSON.stringify(text)
    : `'${text}'`;

const keyOf = (key: string): string => (IDENTIFIER.test(key) ? key : quoted(key));

/** Leaves out what is undefined. */
export function codeText(value: unknown, indent = ''): string {
  if (value instanceof EnvValue) return `env(${quoted(value.name)})`;
  if (value instanceof Expression) return value.text;
  if (typeof value === 'string') return quoted(value);
  if (typeof value !== 'object' || value === null) return String(value);
  const deeper = indent + STEP;
  const parts = Array.isArray(value)
    ? value.map((item) => codeText(item, deeper))
    : Object.entries(value)
        .filter(([, item]) => item !== undefined)
        .map(([key, item]) => `${keyOf(key)}: ${codeText(item, deeper)}`);
  const [open, close, gap] = Array.isArray(value) ? ['[', ']', ''] : ['{', '}', ' '];
  if (parts.length === 0) return open + close;
  const line = `${open}${gap}${parts.join(', ')}${gap}${close}`;
  if (indent.length + line.length <= WIDTH && !line.includes('\n')) return line;
  return `${open}\n${parts.map((part) => `${deeper}${part},\n`).join('')}${indent}${close}`;
}
