/** Subjects that messages may be published to. */
import { invalidUrl } from '../safety/url-safety';

/** Tokens between dots, without the wildcards of subscriptions. */
const SUBJECT = /^[^\s.*>\u0000-\u001f\u007f]+(\.[^\s.*>\u0000-\u001f\u007f]+)*$/;
/** `$JS.API.…` administers streams, `_INBOX.…` are answers. */
const RESERVED = /^[$_]/;

/** @throws CoreError `INVALID_URL`. */
export function subjectOf(path: string, field: string): string {
  if (path === '') {
    throw invalidUrl(field, 'names no subject: add it as the path, nats://host/articles.published');
  }
  if (!SUBJECT.test(path) || RESERVED.test(path)) {
    throw invalidUrl(
      field,
      `has the subject "${path}": it must be tokens between dots, without spaces, "*" and ">", and not begin with "$" or "_"`
    );
  }
  return path;
}
