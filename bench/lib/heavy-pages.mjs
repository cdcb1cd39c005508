/** In a worker with the app of `heavy-app.mjs`: creates heavy pages and publishes them. */
import { HEAVY_TYPE, LOCALES, heavyData } from './heavy-app.mjs';
import { waitFor } from './rpc.mjs';

export function heavyPages(strapi) {
  const pages = () => strapi.documents(HEAVY_TYPE);

  /** @returns ms of the call. Waits until Strapi has emitted its events. */
  async function timed(events, publish) {
    let emitted = 0;
    const stop = strapi.eventHub.on('entry.publish', async () => {
      emitted += 1;
    });
    const startedAt = performance.now();
    await publish();
    const ms = performance.now() - startedAt;
    await waitFor(() => emitted === events);
    stop();
    return ms;
  }

  return {
    /** @returns ids of drafts; the first one has every locale. */
    async createHeavy(count) {
      for (const code of LOCALES.slice(1)) {
        await strapi.plugin('i18n').service('locales').create({ code, name: code });
      }
      const ids = [];
      for (let n = 0; n < count; n += 1) {
        const { documentId } = await pages().create({ data: heavyData(`Page ${n}`) });
        ids.push(documentId);
      }
      const [documentId] = ids;
      for (const locale of LOCALES) {
        await pages().update({ documentId, locale, data: heavyData(`Page in ${locale}`) });
      }
      return ids;
    },

    publish: (documentId) =>
      timed(LOCALES.length, () => pages().publish({ documentId, locale: '*' })),

    /** As the Content Manager does. */
    bulkPublish: (ids) =>
      timed(ids.length, () =>
        strapi
          .plugin('content-manager')
          .service('document-manager')
          .publishMany(HEAVY_TYPE, ids, 'en')
      ),
  };
}
