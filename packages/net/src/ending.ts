/** Why this room ends a connection. The list is closed: what is made of causes is a table that names each of them. */
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
  /** The other side does not read what it is sent. */
  | 'not_reading'
  /** A newer connection of its address has its place. */
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
  /** The name or the address is wrong for good. The detail is the code of the system. */
  | 'bad_address'
  /** No connection could be made. The detail is the code of the system. */
  | 'unreachable'
  /** An attempt to connect was not answered in time. */
  | 'no_answer'
  /** The other side sent no line for `silenceMs`. */
  | 'silent';

/**
 * The end of a connection.
 *
 * @typeParam Cause every cause that there may be: those of this room, and those of the rooms above it
 */
export interface Ending<Cause extends string = NetCause> {
  /** For programs: metrics, log fields, decisions. */
  readonly cause: Cause;
  /** A sentence for people. No program looks at it. */
  readonly detail: string;
}
