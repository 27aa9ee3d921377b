import type { LostCause } from '@adit/miner';
import type { Ending } from '@adit/net';

/** What a code of the system or of OpenSSL means for somebody who wants to mine. */
const CODES: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: "the pool's certificate has expired",
  CERT_NOT_YET_VALID: "the pool's certificate is not valid yet: is the clock of this machine right?",
  DEPTH_ZERO_SELF_SIGNED_CERT:
    "the pool's certificate is signed by itself: name its file with --ca, or take any with --insecure",
  EAI_AGAIN: 'the name of the pool cannot be looked up: is there a network?',
  ECONNREFUSED: 'nothing listens on this port of the host: is the port right, and does the pool run?',
  ECONNRESET: 'the other side ended the connection',
  EHOSTUNREACH: 'no way leads to the host: is there a network?',
  ENETUNREACH: 'no way leads to the host: is there a network?',
  ENOTFOUND: 'there is no host of this name: is it spelt right?',
  ERR_TLS_CERT_ALTNAME_INVALID:
    "the pool's certificate is for another name: use the name that the certificate has, or --insecure",
  ETIMEDOUT: 'the host does not answer: is its name right, and does a firewall stand in the way?',
  SELF_SIGNED_CERT_IN_CHAIN:
    "the authority of the pool's certificate is not known here: name its file with --ca, or take any with --insecure",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    "the authority of the pool's certificate is not known here: name its file with --ca, or take any with --insecure",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    "the authority of the pool's certificate is not known here: name its file with --ca, or take any with --insecure",
};

/** What to say of causes for which the code alone does not say enough. */
const CAUSES: Partial<Record<LostCause, string>> = {
  bad_certificate: "the pool's certificate cannot be trusted",
  no_answer: 'the host does not answer: is its name right, and does a firewall stand in the way?',
  tls_wanted: 'the port speaks TLS: write stratum+tls:// in place of stratum+tcp://',
  no_tls: 'the TLS handshake failed: the port may not speak TLS; then it is stratum+tcp://',
};

/** Causes for which there never was a connection. */
const NEVER_OPEN: ReadonlySet<LostCause> = new Set<LostCause>([
  'bad_address',
  'bad_certificate',
  'no_answer',
  'no_tls',
  'tls_wanted',
  'unreachable',
]);
/** Causes for which the other side, or the line, ended the connection. Of all others, the miner has ended it. */
const ENDED: ReadonlySet<LostCause> = new Set<LostCause>(['left', 'error']);

/** Why there is no connection, for the person at the miner, with the code behind it that a search finds. */
export function whyLost({ cause, detail, code }: Ending<LostCause>): string {
  // The code of a failed handshake depends on what the other side speaks instead of TLS.
  const known = code === undefined || cause === 'no_tls' ? undefined : CODES[code];
  const words = known ?? CAUSES[cause];
  if (words === undefined) return detail;
  return code === undefined ? words : `${words} (${code})`;
}

/** A line for a connection that is lost, or was not made. */
export function lostLine(ending: Ending<LostCause>, pauseMs: number): string {
  const seconds = (pauseMs / 1000).toFixed(1);
  if (ending.cause === 'asked') return `${ending.detail}: connecting in ${seconds} s`;
  const again = `trying again in ${seconds} s`;
  if (NEVER_OPEN.has(ending.cause)) return `no connection: ${whyLost(ending)}; ${again}`;
  if (ENDED.has(ending.cause)) return `the connection is lost (${whyLost(ending)}); ${again}`;
  return `leaving the pool: ${whyLost(ending)}; ${again}`;
}
