/** `config/webhooks.js` of a project. */
module.exports = ({ env }) => ({
  topics: {
    'articles-in-git': { events: ['entry.publish'], contentTypes: ['api::article.article'] },
  },
  endpoints: {
    'journal-in-git': {
      url: env('JOURNAL_URL', 'strapi:journal'),
      topics: ['articles-in-git'],
    },
  },
  schedules: {
    'daily-report': {
      cron: '0 7 * * *',
      timezone: 'Europe/Berlin',
      publish: { endpoint: 'journal-in-git', event: 'report.daily', payload: { report: true } },
    },
  },
});
