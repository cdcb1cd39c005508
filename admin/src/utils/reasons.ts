/**
 * Finds the translation of a reason that the server gives in English. Rare reasons have none and are shown
 * as they are. Pure.
 */
import type { TranslationKey } from './translation';

export interface Reason {
  key: TranslationKey;
  /** Parts of the reason that stay as they are: numbers, addresses, lines of configuration. */
  values: Record<string, string>;
}

/** The first that matches. Named groups are the values. */
const REASONS: readonly [RegExp, TranslationKey][] = [
  [/is missing$/, 'reason.missing'],
  [/is not a known field$/, 'reason.unknown-field'],
  [/must have at least (?<bound>[\d.]+) characters$/, 'reason.short'],
  [/(?:must have at most|is longer than) (?<bound>[\d.]+) characters$/, 'reason.long'],
  [/must have at least (?<bound>\d+) items$/, 'reason.few'],
  [/must have at most (?<bound>\d+) items$/, 'reason.many'],
  [/must be at least (?<bound>-?[\d.]+)$/, 'reason.small'],
  [/must be at most (?<bound>-?[\d.]+)$/, 'reason.large'],
  [/must be a whole number$/, 'reason.whole'],
  [/must be a number$/, 'reason.number'],
  [/must be one of (?<choices>.+)$/, 'reason.choice'],
  [/must have 1 to (?<bound>\d+) letters, digits, dots, hyphens and underscores/, 'reason.name'],
  [/contains a space, a control character or a backslash$/, 'reason.url.characters'],
  [/must begin with http:\/\/ or https:\/\/ and a host$/, 'reason.url.scheme'],
  [/is not a valid URL$/, 'reason.url.invalid'],
  [/contains credentials: send them/, 'reason.url.credentials'],
  [/only https is allowed/, 'reason.url.https'],
  [/port (?<port>\d+) belongs to another protocol/, 'reason.url.port'],
  [/(?<target>\S+) is a cloud metadata (?:address|service)/, 'reason.url.metadata'],
  [
    /"(?<target>[^"]+)" is a name inside a private network; to allow it, set (?<line>http\.allow\.\w+: \[[^\]]*\])/,
    'reason.url.private',
  ],
  [
    / (?<target>[\da-fA-F.:]+) (?:is|carries) [^;]*; to allow it, set (?<line>http\.allow\.\w+: \[[^\]]*\])/,
    'reason.url.private',
  ],
  [/needs packages that are not installed: (?<command>npm install .+)$/, 'reason.url.package'],
  [/has \*\*\* for credentials/, 'reason.url.keep'],
];

export const translatedReason = (reason: string): Reason | undefined => {
  for (const [pattern, key] of REASONS) {
    const found = pattern.exec(reason);
    if (found !== null) return { key, values: { ...found.groups } };
  }
  return undefined;
};
