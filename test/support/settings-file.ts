/** Settings files: one with a bit of everything, and wrong ones. */
export const SECRET = 'whsec_c2VjcmV0LW9mLXRoZS1zZXR0aW5ncy1maWxl';
export const NEXT_SECRET = 'whsec_YW5vdGhlci1zZWNyZXQtb2YtdGhlLWZpbGU=';
export const TOKEN = 'Bearer of-the-settings-file';
export const ARTICLE = 'api::article.article';

export const SETTINGS = {
  topics: {
    articles: { events: ['entry.publish'], contentTypes: [ARTICLE], description: 'For the search' },
    nightly: {},
  },
  endpoints: {
    search: {
      url: 'https://search.example.com/hook?key=in-the-query',
      topics: ['articles'],
      secret: SECRET,
      headers: [{ name: 'Authorization', value: TOKEN, secret: true }],
      filter: { entry: { title: { $contains: 'news' } } },
      delivery: { mode: 'latest' },
      ledger: true,
      reconcile: { cron: '0 3 * * *', exact: true },
    },
  },
  schedules: {
    warm: {
      cron: '0 3 * * *',
      publish: { topic: 'nightly', payload: { warm: true }, headers: { 'x-key': TOKEN } },
    },
    ping: { cron: '*/5 * * * *', publish: { endpoint: 'search', payload: 'ping' } },
  },
};

const url = 'https://search.example.com/';

/** Settings that are wrong, and the key and the reason that the error names. */
export const BAD_SETTINGS: [what: string, settings: object, reason: string][] = [
  ['an unknown part', { topic: {} }, 'topic: is not a known field'],
  ['a part that is a list', { topics: [] }, 'topics: must be an object'],
  [
    'an unknown key',
    { endpoints: { search: { url, retries: 3 } } },
    'endpoints.search.retries: is not a known field',
  ],
  [
    'an id in place of names',
    { endpoints: { search: { url, topicIds: [1] } } },
    'endpoints.search.topicIds: is not a known field',
  ],
  [
    'two names alike',
    { endpoints: { search: { url }, 'Search ': { url } } },
    'endpoints.Search : is too much like "search"',
  ],
  ['a variable that is not set', { endpoints: { search: {} } }, 'endpoints.search.url: is missing'],
  [
    'an unknown topic',
    { endpoints: { search: { url, topics: ['news'] } } },
    'endpoints.search.topics.0: there is no topic "news"',
  ],
  [
    'a comparison at no time',
    { endpoints: { search: { url, ledger: true, reconcile: { cron: 'x' } } } },
    'endpoints.search.reconcile.cron: ',
  ],
  [
    'a comparison without a ledger',
    { endpoints: { search: { url, reconcile: { cron: '0 3 * * *' } } } },
    'endpoints.search.reconcile: ',
  ],
  [
    'an unknown event',
    { topics: { articles: { events: ['entry.publsh'] } } },
    'topics.articles.events.0: ',
  ],
  ['a name that is none', { topics: { 'my news': {} } }, 'topics.my news: must have 1 to 200'],
  [
    'an invalid secret, which it does not show',
    { endpoints: { search: { url, secret: 'too-short' } } },
    'endpoints.search.secret: ',
  ],
  [
    'credentials in a URL, which it does not show',
    { endpoints: { search: { url: 'https://me:too-short@example.com/' } } },
    'endpoints.search.url: ',
  ],
  [
    'an unknown endpoint of a schedule',
    { schedules: { ping: { cron: '0 3 * * *', publish: { endpoint: 'x', payload: '' } } } },
    'schedules.ping.publish.endpoint: there is no endpoint "x"',
  ],
  [
    'a cron that is none',
    { topics: { a: {} }, schedules: { ping: { cron: 'x', publish: { topic: 'a' } } } },
    'schedules.ping.cron: ',
  ],
  [
    'a header of a schedule that cannot be sent',
    {
      topics: { a: {} },
      schedules: {
        ping: { cron: '0 3 * * *', publish: { topic: 'a', payload: '', headers: { Host: 'b' } } },
      },
    },
    'schedules.ping.publish.headers.Host: ',
  ],
];
