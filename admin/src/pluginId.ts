/** The id Strapi knows the plugin by: prefix of its routes, permissions and translation keys. */
export const PLUGIN_ID = 'guaranteed-webhooks';
