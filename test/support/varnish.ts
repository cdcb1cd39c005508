/** A Varnish in front of a Strapi: caches what it answers, and purges by the tags of our messages. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { findProgram, homeOf, startServer } from './child-server';
import { freePort } from './strapi-process';

export interface Varnish {
  /** `http://127.0.0.1:<port>`, without a slash at the end. */
  url: string;
  stop(): Promise<void>;
}

export const findVarnish = (): string | undefined => findProgram('varnishd');

/** @param purgeToken of requests that may purge. */
export async function startVarnish(
  program: string,
  origin: string,
  purgeToken: string
): Promise<Varnish> {
  const home = await homeOf('varnish');
  const port = await freePort();
  const vcl = join(home, 'cache.vcl');
  await writeFile(vcl, vclOf(new URL(origin), purgeToken));
  const listen = ['-a', `127.0.0.1:${port}`, '-s', 'malloc,16m', '-j', 'none'];
  const args = ['-F', '-f', vcl, '-n', join(home, 'work'), ...listen];
  const stop = await startServer({ program, args, port, home, signal: 'SIGTERM' });
  return { url: `http://127.0.0.1:${port}`, stop };
}

/** As docs/guides/never-stale-pages.md shows, but that it also caches what needs a token, and says whether it had it. */
const vclOf = ({ hostname, port }: URL, token: string): string => `vcl 4.1;
import xkey;

backend strapi { .host = "${hostname}"; .port = "${port}"; }

sub vcl_recv {
  if (req.method == "POST" && req.url == "/purge") {
    if (req.http.X-Purge-Token != "${token}") { return (synth(403)); }
    return (synth(200, "purged " + xkey.purge(req.http.X-Strapi-Tags)));
  }
  return (hash);
}

sub vcl_backend_response {
  set beresp.http.xkey = beresp.http.Cache-Tag;
  set beresp.ttl = 1h;
}

sub vcl_deliver {
  if (obj.hits > 0) { set resp.http.X-Cache = "HIT"; } else { set resp.http.X-Cache = "MISS"; }
}
`;
