/** Id of the plugin: prefix of its routes, permissions and translation keys. */
export const PLUGIN_ID = 'guaranteed-webhooks';
