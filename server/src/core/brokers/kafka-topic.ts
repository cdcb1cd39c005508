/** Topics of Kafka that messages may be sent to. */
import { invalidUrl } from '../safety/url-safety';

/** As Kafka allows. */
const TOPIC = /^[\w.-]{1,249}$/;

/** @throws CoreError `INVALID_URL`. */
export function topicOf(path: string, field: string): string {
  if (path === '') {
    throw invalidUrl(field, 'names no topic: add it as the path, kafkas://host/articles');
  }
  if (!TOPIC.test(path) || path === '.' || path === '..') {
    throw invalidUrl(
      field,
      `has the topic "${path}": it must have 1 to 249 letters, digits, ".", "_" and "-"`
    );
  }
  return path;
}
