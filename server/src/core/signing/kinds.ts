/**
 * Kinds of signatures. `standard` is Standard Webhooks v1. Both `jwt` kinds are an `Upstash-Signature`,
 * made with the shared key or with a key pair.
 */
export const SIGNATURE_KINDS = ['standard', 'jwt', 'jwt-eddsa'] as const;
export type SignatureKind = (typeof SIGNATURE_KINDS)[number];

/** Of an endpoint, whose secret makes the signatures of `signature-hex.ts`, too. */
export const ENDPOINT_SIGNATURE_KINDS = [...SIGNATURE_KINDS, 'github', 'hmac'] as const;
export type EndpointSignatureKind = (typeof ENDPOINT_SIGNATURE_KINDS)[number];

export const isMessageKind = (kind: EndpointSignatureKind): kind is SignatureKind =>
  (SIGNATURE_KINDS as readonly string[]).includes(kind);
