/** Sends e-mails by the provider of Strapi's email plugin. */
import type { Core } from '@strapi/strapi';

/** A provider may wait for a server that does not answer. */
const DEADLINE_MS = 60_000;

export interface Mail {
  to: string;
  subject: string;
  text: string;
}

interface EmailPlugin {
  provider?: unknown;
  service(name: 'email'): { send(mail: Mail): Promise<unknown> };
}

const pluginOf = (strapi: Core.Strapi): EmailPlugin | undefined =>
  (strapi.plugins as Record<string, unknown>).email as EmailPlugin | undefined;

/** Why no e-mail can be sent; null: there is a provider. */
export const emailProblem = (strapi: Core.Strapi): string | null =>
  pluginOf(strapi)?.provider
    ? null
    : 'no e-mail can be sent: the email plugin of Strapi is off, or has no provider (config/plugins)';

/** @returns why it failed; null: the provider has taken it. */
export async function sendMail(strapi: Core.Strapi, mail: Mail): Promise<string | null> {
  const problem = emailProblem(strapi);
  if (problem !== null) return problem;
  try {
    await withinDeadline(pluginOf(strapi)!.service('email').send(mail));
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function withinDeadline(work: Promise<unknown>): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error('the provider did not answer')), DEADLINE_MS);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
