/** Calls the plugin's routes of Strapi's admin API with a token. */
import { CliError, Unreachable, UsageError } from './errors.mjs';

const TIMEOUT_MS = 30_000;
const PLUGIN_PATH = 'guaranteed-webhooks';

/** Options of each command that calls Strapi. */
export const CONNECTION_OPTIONS = {
  url: { type: 'string', value: 'URL', about: 'Of Strapi. Default: STRAPI_URL.' },
  token: {
    type: 'string',
    value: 'TOKEN',
    about: 'Admin token. Default: STRAPI_ADMIN_TOKEN, which stays out of the process list.',
  },
};

/**
 * @param {{ url?: string, token?: string }} values
 * @param {NodeJS.ProcessEnv} env
 * @throws {UsageError} when one is missing or cannot be one
 */
export function connectionOf(values, env, command) {
  const url = values.url ?? env.STRAPI_URL;
  const token = (values.token ?? env.STRAPI_ADMIN_TOKEN)?.trim();
  if (!url) throw new UsageError('--url or STRAPI_URL is missing: the URL of Strapi', command);
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) {
    throw new UsageError(`--url: "${url}" is not an http or https URL`, command);
  }
  if (!token)
    throw new UsageError('--token or STRAPI_ADMIN_TOKEN is missing: an admin token', command);
  // fetch would refuse it as a header with an error that shows it.
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new UsageError('--token has characters that no token has', command);
  }
  return { url: new URL(url.endsWith('/') ? url : `${url}/`), token };
}

/**
 * @param {{ url: URL, token: string }} connection
 * @param {string} path below the plugin's
 * @param {Record<string, string | undefined>} query
 * @param {string} permission that the route requires, for the message of a 403
 * @returns {Promise<string>} the body of a response with status 200
 * @throws {CliError}
 */
export const read = (connection, path, { query, permission }) =>
  request(connection, path, { query, permission });

/**
 * @param {{ url: URL, token: string }} connection
 * @param {string} path below the plugin's
 * @param {unknown} body
 * @param {string} permission that the route requires, for the message of a 403
 * @returns {Promise<string>} the body of a successful response
 * @throws {CliError}
 */
export const post = (connection, path, { body, permission }) =>
  request(connection, path, { method: 'POST', body: JSON.stringify(body), permission });

/**
 * @param {{ url: URL, token: string }} connection
 * @param {string} path below the plugin's
 * @param {Record<string, string | undefined>} query
 * @param {string} permission that the route requires, for the message of a 403
 * @throws {CliError}
 */
export const remove = (connection, path, { query, permission }) =>
  request(connection, path, { method: 'DELETE', query, permission });

async function request(connection, path, { query = {}, permission, ...sent }) {
  const target = new URL(`${PLUGIN_PATH}${path}`, connection.url);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) target.searchParams.set(name, value);
  }
  const response = await send(target, connection.token, sent);
  const body = await response.text();
  if (!response.ok) throw new CliError(refusal(response, body, { target, permission }));
  const type = response.headers.get('content-type') ?? 'no content type';
  if (!/^(application\/json|text\/plain)\b/.test(type)) {
    throw new CliError(`${target.origin} responded with ${type}: --url is not that of Strapi`);
  }
  return body;
}

async function send(target, token, { method, body }) {
  try {
    return await fetch(target, {
      method,
      body,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      redirect: 'manual', // a redirect to another origin would lose the token
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch (error) {
    const reason =
      error.name === 'TimeoutError' ? `no response in ${TIMEOUT_MS / 1_000} s` : causeOf(error);
    throw new Unreachable(`${target.origin} cannot be reached: ${reason}`);
  }
}

/** A connection that fails at each of a name's addresses has a list of errors and no message. */
export const causeOf = ({ cause, message }) =>
  cause?.message || cause?.errors?.map((one) => one.message).join(', ') || cause?.code || message;

function refusal(response, body, { target, permission }) {
  const { status } = response;
  if (status >= 300 && status < 400) {
    return `${target.origin} redirects to ${response.headers.get('location')}: use that as --url`;
  }
  if (status === 401) {
    return (
      'Strapi refused the token (401): it is unknown or has expired. It has to be an admin token ' +
      '(Settings > Admin Tokens); API tokens do not open the admin API'
    );
  }
  if (status === 403) return `the token lacks the permission ${permission} of the plugin (403)`;
  const { message, details } = errorIn(body);
  if (status === 404 && details?.code === undefined) {
    return `${target.origin}${target.pathname} does not exist (404): --url is not that of Strapi, or Strapi runs without the plugin`;
  }
  return message ?? `${target.origin} responded with status ${status}`;
}

/** @returns Strapi's error, empty when the body is none. */
function errorIn(body) {
  try {
    return JSON.parse(body).error ?? {};
  } catch {
    return {};
  }
}
