module.exports = ({ env }) => ({
  auth: { secret: env('ADMIN_JWT_SECRET') },
  apiToken: { salt: env('API_TOKEN_SALT') },
  transfer: { token: { salt: env('TRANSFER_TOKEN_SALT') } },
  // Endpoint secrets and secret headers are encrypted with this key.
  secrets: { encryptionKey: env('ENCRYPTION_KEY') },
  // Each recipe logs in, and five in five minutes are few. It listens on this machine alone.
  rateLimit: { enabled: false },
  flags: { nps: false, promoteEE: false },
});
