import { AditError } from '@adit/primitives';

/**
 * What counts against a miner. These do not, on purpose: stale shares, duplicates, unknown jobs, a low difficulty, a
 * foreign nonce1 or the nonce "0", a wrong time, and faults of the pool itself (overloaded, not recorded). They happen
 * to honest miners, and none of them costs a proof.
 */
export type Offence =
  | 'invalid_solution'
  | 'wrong_nonce'
  | 'malformed'
  | 'oversize_line'
  | 'unknown_method'
  | 'bad_hello'
  | 'no_login'
  | 'flood'
  | 'unauthorized';

/** Points of one offence. One point is the price of one proof that was checked in vain. */
export interface OffencePoints {
  /** Points of the connection that did it. */
  readonly connection: number;
  /** Points of its address, behind which there may be a whole farm. */
  readonly subject: number;
}

/**
 * The price list. Only offences that cost the pool something count against the address: a thousand rigs with the same
 * firmware or the same typing error must never add up to a ban.
 */
export const OFFENCE_POINTS: Readonly<Record<Offence, OffencePoints>> = {
  // The unit: a worker thread checked a whole proof for nothing.
  invalid_solution: { connection: 1, subject: 1 },
  // TrueStratum's wrong proof: a thread hashed a nonce that its sender had not hashed. A chip that errs in one share of
  // twenty makes up for it with nineteen good ones. A miner that guesses has one good share in `weight` guesses.
  wrong_nonce: { connection: 1, subject: 1 },
  // No proof was wasted. But miners do not write broken lines, and each costs a parse and an answer.
  malformed: { connection: 0.5, subject: 0.5 },
  // A full line buffer was filled and thrown away.
  oversize_line: { connection: 5, subject: 2 },
  // Miners try which methods a pool has, some at each login: only a stream of these is strange.
  unknown_method: { connection: 0.1, subject: 0 },
  // A scanner, a browser, or TLS on the wrong port. A farm with one wrong setting does it a thousand times.
  bad_hello: { connection: 2, subject: 0.1 },
  // Spare connections of proxies and probes of balancers do it. The deadline already closes such connections.
  no_login: { connection: 2, subject: 0 },
  // Each message costs a parse. The pause after it is the real remedy.
  flood: { connection: 0.25, subject: 0.1 },
  // With one typing error in an account name, each share of each rig is such an offence.
  unauthorized: { connection: 0.1, subject: 0 },
};

/** What offences cost, and from where on the pool warns, slows, disconnects and bans. */
export interface ConductOptions {
  /** False: nothing counts, and no miner is slowed, disconnected or banned for its conduct. Bans by hand still hold. */
  readonly enabled: boolean;
  /** Points of a connection at which its miner is warned, and named in the log. */
  readonly warnAt: number;
  /** Points of a connection from which each further offence makes it wait. */
  readonly slowAt: number;
  /** How long it waits each time, in milliseconds. The pool reads nothing from it during the wait. */
  readonly slowMs: number;
  /** Points at which the connection is closed. */
  readonly disconnectAt: number;
  /** Points of an address (IPv6: of its /64), over all its connections, at which it is banned. */
  readonly banAt: number;
  /** Points that are forgotten per second. */
  readonly leakPerSecond: number;
}

/** The price of each offence, and from how many points on something is done about it. */
export const CONDUCT_DEFAULTS: ConductOptions = {
  enabled: true,
  // A chip that spoils 5 % of its shares reaches 10 by chance once in 19^10 (six million million) shares.
  warnAt: 10,
  // Chance does not get there, and it is still cheap: 25 proofs take one thread a fraction of a second.
  slowAt: 25,
  // One wasted proof a second from a connection costs next to nothing, and a miner's socket survives the wait.
  slowMs: 1_000,
  // A rig that sends a wrong share every 5 s gets there in six minutes, before its owner misses it.
  disconnectAt: 50,
  // Ten disconnections. An address gets there in half a second at 1,000 wasted proofs a second, in 100 s at 5 a second.
  banAt: 500,
  // Three wrong shares a minute do no harm, even for ever.
  leakPerSecond: 0.05,
};

/** @throws AditError `ADIT_BAD_CONDUCT` naming the option and what was expected */
export function checkConductOptions(options: ConductOptions): void {
  const { warnAt, slowAt, slowMs, disconnectAt, banAt, leakPerSecond } = options;
  for (const [name, value] of Object.entries({
    warnAt,
    slowAt,
    slowMs,
    disconnectAt,
    banAt,
    leakPerSecond,
  })) {
    if (!Number.isFinite(value) || value <= 0) {
      throw new AditError('ADIT_BAD_CONDUCT', `conduct: ${name} must be a number above 0, not ${value}`);
    }
  }
  if (!(warnAt <= slowAt && slowAt <= disconnectAt && disconnectAt <= banAt)) {
    throw new AditError(
      'ADIT_BAD_CONDUCT',
      `conduct: warnAt (${warnAt}), slowAt (${slowAt}), disconnectAt (${disconnectAt}) and banAt (${banAt}) must not fall`,
    );
  }
}
