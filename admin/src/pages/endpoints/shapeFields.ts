/** Converts an endpoint's shape between the form and the admin API. Pure. */
import type { ShapeInput } from '../../../../server/src/panel/contract';

/** Names of services. Not translated. */
export const SERVICES: Readonly<Record<string, string>> = {
  slack: 'Slack',
  discord: 'Discord',
  teams: 'Microsoft Teams',
  github: 'GitHub (repository_dispatch)',
  gitlab: 'GitLab (pipeline)',
  vercel: 'Vercel (deploy hook)',
  netlify: 'Netlify (build hook)',
  'cloudflare-pages': 'Cloudflare Pages (deploy hook)',
  nextjs: 'Next.js (revalidateTag)',
  'vercel-tags': 'Vercel (invalidate by tag)',
  'netlify-tags': 'Netlify (purge by tag)',
  'cloudflare-tags': 'Cloudflare (purge by tag)',
  'fastly-tags': 'Fastly (purge by surrogate key)',
};

/** Names of the options of a format. */
export const OPTIONS = {
  'preset:github': ['eventType'],
  'preset:gitlab': ['ref'],
  'preset:netlify-tags': ['siteId'],
} as const;

type OptionName = (typeof OPTIONS)[keyof typeof OPTIONS][number];

export const optionsOf = (choice: string): readonly OptionName[] =>
  choice in OPTIONS ? OPTIONS[choice as keyof typeof OPTIONS] : [];

export const NO_FORMAT = 'none';

export type Included = NonNullable<ShapeInput['include']>[number];
export const INCLUDED: readonly Included[] = ['previous', 'changed'];

export interface ShapeFields {
  payload: NonNullable<ShapeInput['payload']>;
  /** `title, slug`; empty: all. */
  fields: string;
  /** `*`, `author, cover`, or JSON; empty: none. */
  populate: string;
  include: readonly Included[];
  /** `none`, `preset:slack`, `code:crm` */
  choice: string;
  /** As the admin API has it, so that its errors find the fields. */
  format: { options: Record<string, string> };
}

type Populate = ShapeInput['populate'];

const populateText = (populate: Populate): string => {
  if (populate === null || populate === undefined) return '';
  if (typeof populate === 'string') return populate;
  return Array.isArray(populate) ? populate.join(', ') : JSON.stringify(populate, null, 2);
};

const namesOf = (text: string): string[] | null => {
  const names = text
    .split(/[\s,]+/)
    .map((name) => name.trim())
    .filter((name) => name !== '');
  return names.length === 0 ? null : names;
};

/** JSON that cannot be read is left to the server, which says so at the field. */
const populateOf = (text: string): Populate => {
  const trimmed = text.trim();
  if (trimmed === '*') return trimmed;
  if (!trimmed.startsWith('{')) return namesOf(trimmed);
  try {
    return JSON.parse(trimmed) as Populate;
  } catch {
    return trimmed;
  }
};

/** A thin payload has no entry. */
const viewInputOf = ({
  payload,
  fields,
  populate,
  include,
}: Omit<ShapeFields, 'choice' | 'format'>): ShapeInput =>
  payload === 'thin'
    ? { payload, fields: null, populate: null, include: null }
    : {
        payload,
        fields: namesOf(fields),
        populate: populateOf(populate),
        include: include.length === 0 ? null : [...include],
      };

export const shapeFieldsOf = (shape: ShapeInput | null | undefined): ShapeFields => {
  const { payload = 'full', fields, populate, include, format = null }: ShapeInput = shape ?? {};
  const options = format?.kind === 'preset' ? format.options : undefined;
  return {
    payload,
    fields: fields?.join(', ') ?? '',
    populate: populateText(populate),
    include: include ?? [],
    choice: format === null ? NO_FORMAT : `${format.kind}:${format.name}`,
    format: { options: (options ?? {}) as Record<string, string> },
  };
};

/** @param stored its parts that the form does not have are kept. */
export const shapeInputOf = (
  { choice, format, ...view }: ShapeFields,
  stored: ShapeInput | null | undefined
): ShapeInput => {
  const shape = { ...stored, ...viewInputOf(view) };
  const [kind = '', name = ''] = choice.split(/:(.*)/s);
  if (kind === 'code') return { ...shape, format: { kind, name } };
  if (kind === 'preset') {
    const options = Object.fromEntries(
      optionsOf(choice).map((option) => [option, format.options[option] ?? ''])
    );
    return { ...shape, format: { kind, name, options } };
  }
  return { ...shape, format: null };
};
