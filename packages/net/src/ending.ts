/** Why this room ends a connection. The list is closed, so that tables made from it can name every cause. */
export type NetCause =
  /** The other side closed it. */
  | 'left'
  /** The system ended it. The detail is its code, for example ECONNRESET. */
  | 'error'
  /** No line came for `idleMs`. */
  | 'idle'
  /** A line began and did not end within `partialLineMs`. */
  | 'partial_line'
  | 'long_line'
  /** The other side does not read what this side sends. */
  | 'not_reading'
  /** A newer connection of the same address took its place. */
  | 'replaced'
  /** Its first bytes are not Stratum. `onRefused` says what they are. */
  | 'refused'
  /** A fault of this program. */
  | 'fault'
  /** This side stops. */
  | 'stopped';

/** Why a client has no connection: it lost one, or could not make one. */
export type ClientCause =
  | NetCause
  /** The name or the address is permanently wrong. The detail is the code of the system. */
  | 'bad_address'
  /** No connection could be made. The detail is the code of the system. */
  | 'unreachable'
  /** The certificate of the other side is not one that this side trusts, or is for another name. */
  | 'bad_certificate'
  /** The TLS handshake failed: the other side may not speak TLS at all. */
  | 'no_tls'
  /** The other side answers with a TLS alert, and this side speaks no TLS. */
  | 'tls_wanted'
  /** An attempt to connect was not answered in time. */
  | 'no_answer'
  /** The other side sent no line for `silenceMs`. */
  | 'silent';

/**
 * The end of a connection.
 *
 * @typeParam Cause all possible causes: those of this room, and those of the rooms above it
 */
export interface Ending<Cause extends string = NetCause> {
  /** For programs: metrics, log fields, decisions. */
  readonly cause: Cause;
  /** A sentence for people. Programs must not decide by it. */
  readonly detail: string;
  /** The code that the system or OpenSSL gave, for example ECONNREFUSED or CERT_HAS_EXPIRED; absent without one. */
  readonly code?: string;
}
