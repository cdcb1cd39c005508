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
};

/** Names of the options of a format. */
export const OPTIONS = {
  'preset:github': ['eventType'],
  'preset:gitlab': ['ref'],
} as const;

type OptionName = (typeof OPTIONS)[keyof typeof OPTIONS][number];

export const optionsOf = (choice: string): readonly OptionName[] =>
  choice in OPTIONS ? OPTIONS[choice as keyof typeof OPTIONS] : [];

export const NO_FORMAT = 'none';

export interface ShapeFields {
  payload: NonNullable<ShapeInput['payload']>;
  /** `none`, `preset:slack`, `code:crm` */
  choice: string;
  /** As the admin API has it, so that its errors find the fields. */
  format: { options: Record<string, string> };
}

export const shapeFieldsOf = (shape: ShapeInput | null | undefined): ShapeFields => {
  const { payload = 'full', format = null } = shape ?? {};
  const options = format?.kind === 'preset' ? format.options : undefined;
  return {
    payload,
    choice: format === null ? NO_FORMAT : `${format.kind}:${format.name}`,
    format: { options: (options ?? {}) as Record<string, string> },
  };
};

/** @param stored its parts that the form does not have are kept. */
export const shapeInputOf = (
  { payload, choice, format }: ShapeFields,
  stored: ShapeInput | null | undefined
): ShapeInput => {
  const [kind = '', name = ''] = choice.split(/:(.*)/s);
  if (kind === 'code') return { ...stored, payload, format: { kind, name } };
  if (kind === 'preset') {
    const options = Object.fromEntries(
      optionsOf(choice).map((option) => [option, format.options[option] ?? ''])
    );
    return { ...stored, payload, format: { kind, name, options } };
  }
  return { ...stored, payload, format: null };
};
