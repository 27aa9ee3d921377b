import type { ClientCause, Ending } from './ending.ts';

/** System errors for a name or an address that is permanently wrong: further attempts would fail in the same way. */
const BAD_ADDRESS: ReadonlySet<string> = new Set(['ENOTFOUND', 'EAI_NONAME', 'EINVAL']);

/** The codes with which OpenSSL, and Node's check of the name, refuse a certificate (X509_V_ERR_*). */
const BAD_CERTIFICATE: ReadonlySet<string> = new Set([
  'CERT_CHAIN_TOO_LONG',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_REJECTED',
  'CERT_REVOKED',
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'HOSTNAME_MISMATCH',
  'INVALID_CA',
  'INVALID_PURPOSE',
  'PATH_LENGTH_EXCEEDED',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** What a pool without TLS makes of a handshake: bytes that are not TLS, or the end of the connection. */
const NO_TLS = /^(ERR_SSL_|EPROTO$|ECONNRESET$)/;

/** Why an attempt to connect failed. @param tls whether it was an attempt at TLS */
export function dialFailure({ code, message }: NodeJS.ErrnoException, tls: boolean): Ending<ClientCause> {
  return {
    cause: causeOf(code ?? '', tls),
    detail: code ?? message,
    ...(code === undefined ? {} : { code }),
  };
}

function causeOf(code: string, tls: boolean): ClientCause {
  if (BAD_ADDRESS.has(code)) return 'bad_address';
  if (BAD_CERTIFICATE.has(code)) return 'bad_certificate';
  return tls && NO_TLS.test(code) ? 'no_tls' : 'unreachable';
}
