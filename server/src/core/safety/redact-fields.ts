/**
 * Masks fields of a body wherever it is shown: by name (`password`, at any depth) or by path
 * (`customer.email`, wherever a path ends with it). Lists are traversed. What is stored, signed
 * and sent stays unchanged.
 *
 * A body that is not JSON, or that is cut, is masked as a whole if it contains one of the names.
 */
import type { StoredBody } from '../message/message';

const SHOWN_INSTEAD = '[redacted]';
/** Fields of a callback's body that contain another body in base64. */
const NESTED = ['body', 'sourceBody'];

export type FieldRedactor = (body: StoredBody) => StoredBody;

/** @param fields the option `payload.redactFields`. */
export function createFieldRedactor(fields: readonly string[]): FieldRedactor {
  const paths = fields.map((field) => field.toLowerCase().split('.'));
  const names = new Set(paths.map((path) => path.at(-1) ?? ''));

  const isHidden = (path: readonly string[]): boolean =>
    paths.some((hidden) =>
      hidden.every((part, at) => part === path[path.length - hidden.length + at])
    );

  function searched(value: unknown, path: readonly string[]): unknown {
    if (Array.isArray(value)) return value.map((item) => searched(item, path));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, part]) => {
        const at = [...path, name.toLowerCase()];
        if (isHidden(at)) return [name, SHOWN_INSTEAD];
        return [
          name,
          path.length === 0 && NESTED.includes(name) ? nested(part) : searched(part, at),
        ];
      })
    );
  }

  /** Masks the base64 body inside a callback. Anything else is returned unchanged. */
  function nested(part: unknown): unknown {
    if (typeof part !== 'string') return searched(part, []);
    const text = Buffer.from(part, 'base64').toString('utf8');
    if (Buffer.from(text, 'utf8').toString('base64') !== part) return part;
    return Buffer.from(hidden(text), 'utf8').toString('base64');
  }

  function hidden(text: string): string {
    const lower = text.toLowerCase();
    const suspects = [...names].filter((name) => lower.includes(name));
    if (suspects.length === 0 && !NESTED.some((name) => text.includes(`"${name}"`))) return text;
    const parsed = parse(text);
    if (parsed === undefined) return suspects.length === 0 ? text : SHOWN_INSTEAD;
    const shown = JSON.stringify(searched(parsed, []));
    // Keep the original text unless something was masked.
    return shown === JSON.stringify(parsed) ? text : shown;
  }

  if (fields.length === 0) return (body) => body;
  return (body) => (body.encoding === 'utf8' ? { ...body, text: hidden(body.text) } : body);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
