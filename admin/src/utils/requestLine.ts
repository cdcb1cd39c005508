/** Requests as they are shown. Message brokers have no methods, and no command of curl. Pure. */

export const isHttp = (url: string): boolean => /^https?:/i.test(url);

/** Method and URL. */
export const requestLine = ({ method, url }: { method: string; url: string }): string =>
  isHttp(url) ? `${method} ${url}` : url;
