/** Certificates made for a test: an authority of its own, and what it vouches for. Needs no openssl. */
import { generateKeyPairSync } from 'node:crypto';

import { md, pki } from 'node-forge';

export interface Certified {
  /** PEM. */
  certificate: string;
  /** PEM, PKCS#8. */
  privateKey: string;
}

export interface Authority extends Certified {
  issue(commonName: string, options?: { expiresInDays?: number }): Certified;
}

const DAY_MS = 86_400_000;
const KEY_BITS = 2_048;
let serial = 1;

function keyPair() {
  return generateKeyPairSync('rsa', {
    modulusLength: KEY_BITS,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
}

function unsigned(commonName: string, publicKey: string, expiresInDays: number): pki.Certificate {
  const certificate = pki.createCertificate();
  certificate.publicKey = pki.publicKeyFromPem(publicKey);
  certificate.serialNumber = (serial += 1).toString(16).padStart(4, '0');
  certificate.validity.notBefore = new Date(Date.now() - 400 * DAY_MS);
  certificate.validity.notAfter = new Date(Date.now() + expiresInDays * DAY_MS);
  certificate.setSubject([{ name: 'commonName', value: commonName }]);
  return certificate;
}

export function createAuthority(name = 'Test authority'): Authority {
  const own = keyPair();
  const key = pki.privateKeyFromPem(own.privateKey);
  const root = unsigned(name, own.publicKey, 30);
  root.setIssuer(root.subject.attributes);
  root.setExtensions([{ name: 'basicConstraints', cA: true, critical: true }]);
  root.sign(key, forgeSha256());

  return {
    certificate: pki.certificateToPem(root),
    privateKey: own.privateKey,
    issue(commonName, { expiresInDays = 30 } = {}) {
      const pair = keyPair();
      const certificate = unsigned(commonName, pair.publicKey, expiresInDays);
      certificate.setIssuer(root.subject.attributes);
      certificate.setExtensions([
        { name: 'basicConstraints', cA: false },
        {
          name: 'subjectAltName',
          altNames: [
            { type: 2, value: commonName },
            { type: 7, ip: '127.0.0.1' },
          ],
        },
      ]);
      certificate.sign(key, forgeSha256());
      return { certificate: pki.certificateToPem(certificate), privateKey: pair.privateKey };
    },
  };
}

const forgeSha256 = () => md.sha256.create();
