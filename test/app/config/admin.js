// Secrets of a database that lives as long as one test file.
module.exports = ({ env }) => ({
  auth: { secret: 'test-admin-jwt-secret' },
  apiToken: { salt: 'test-api-token-salt' },
  transfer: { token: { salt: 'test-transfer-token-salt' } },
  secrets: { encryptionKey: env('ENCRYPTION_KEY', 'test-encryption-key') },
  flags: { nps: false, promoteEE: false },
  autoOpen: false,
});
