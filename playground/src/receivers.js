/** Receivers in the app's own code: an endpoint with the URL `strapi:journal` delivers to the function. */
module.exports = {
  async journal(request, { strapi }) {
    const { event, entry } = await request.json();
    const line = `${event} ${entry?.title ?? ''}`.trim();
    strapi.log.info(`journal: ${line}`);
    return { journal: line };
  },
};
