/** Settings as code, as JSON in `WEBHOOKS_SETTINGS`. */
module.exports = ({ env }) => JSON.parse(env('WEBHOOKS_SETTINGS', '{}'));
