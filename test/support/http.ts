/** What a test says to a booted Strapi over HTTP: as the first admin, as an API token, or as anybody. */
export interface HttpResponse<Body = unknown> {
  status: number;
  body: Body;
}

export interface Credentials {
  email: string;
  password: string;
}

/** The test says what it expects in the body; nothing checks it but the test's assertions. */
export type Send = <Body = unknown>(
  method: string,
  path: string,
  body?: unknown
) => Promise<HttpResponse<Body>>;

export interface Http {
  origin: string;
  /** Access key of a content API token with full access. */
  apiToken: string;
  /** Of the super admin. */
  adminToken: string;
  /** To admin routes (`/content-manager/…`, `/guaranteed-webhooks/…`), as the super admin. */
  admin: Send;
  /** To the content API (`/api/…`), with the API token. */
  api: Send;
  /** With a bearer token of the test's own, or none. */
  as(token: string | null): Send;
  /** Throws unless the status is 2xx: for steps that only prepare. */
  ok<Body>(response: Promise<HttpResponse<Body>>): Promise<Body>;
}

/** Registers the first admin, or logs in where the database has one. */
export async function createHttp(
  origin: string,
  apiToken: string,
  admin: Credentials & { firstname: string; lastname: string }
): Promise<Http> {
  const as =
    (token: string | null): Send =>
    async <Body>(method: string, path: string, body?: unknown) => {
      const isForm = body instanceof FormData;
      const response = await fetch(origin + path, {
        method,
        headers: {
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined || isForm ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, body: parse(text) as Body };
    };

  const ok = async <Body>(pending: Promise<HttpResponse<Body>>): Promise<Body> => {
    const { status, body } = await pending;
    if (status >= 300) throw new Error(`HTTP ${status}: ${JSON.stringify(body)}`);
    return body;
  };

  type Session = { data: { token: string } };
  const { email, password } = admin;
  const first = await as(null)<Session>('POST', '/admin/register-admin', admin);
  const registered =
    first.status < 300
      ? first.body
      : await ok(as(null)<Session>('POST', '/admin/login', { email, password }));
  return {
    origin,
    apiToken,
    adminToken: registered.data.token,
    admin: as(registered.data.token),
    api: as(apiToken),
    as,
    ok,
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
