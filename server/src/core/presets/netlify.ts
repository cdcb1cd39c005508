/**
 * Netlify: a build hook, `https://api.netlify.com/build_hooks/…`. The build finds the body in
 * `INCOMING_HOOK_BODY` (https://docs.netlify.com/build/configure-builds/build-hooks), so it is short: an
 * environment of a build is limited.
 */
import type { Format } from '../shape/format';

export const netlify: Format = ({ type, timestamp, uid, documentId, locale }) => ({
  method: 'POST',
  body: { type, timestamp, uid, documentId, locale },
});
