/** The plugin's id: the key in `config/plugins`, the prefix of its uids, routes and permissions. */
export const PLUGIN_ID = 'guaranteed-webhooks';
