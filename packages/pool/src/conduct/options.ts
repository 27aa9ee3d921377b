import { AditError } from '@adit/primitives';

/**
 * What is held against a miner. Not here, on purpose: stale shares, duplicates, unknown jobs, a low
 * difficulty, a foreign nonce1 or the nonce "0", a wrong time, and whatever the pool itself could not do
 * (overloaded, not recorded). Honest miners do all of that, and none of it costs a proof.
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

/** Points of one offence. One point is the price of one wasted proof. */
export interface OffencePoints {
  /** Against the connection that did it. */
  readonly connection: number;
  /** Against its address, behind which a whole farm may stand. */
  readonly subject: number;
}

/**
 * The price list. Against the address counts only what costs the pool something: what a thousand rigs with
 * the same firmware or the same typing error do at once must never add up to a ban.
 */
export const OFFENCE_POINTS: Readonly<Record<Offence, OffencePoints>> = {
  // The unit: a worker thread checked a whole proof for nothing.
  invalid_solution: { connection: 1, subject: 1 },
  // TrueStratum's wrong proof: a thread hashed a nonce that its sender had not. A chip that errs in one share of
  // twenty earns it back twenty times; who only guesses earns one for each `weight` guesses.
  wrong_nonce: { connection: 1, subject: 1 },
  // No proof was wasted, but no miner writes broken lines, and they cost parsing and an answer.
  malformed: { connection: 0.5, subject: 0.5 },
  // A full line buffer was filled and thrown away.
  oversize_line: { connection: 5, subject: 2 },
  // Miners try what a pool knows, some at each login: only a stream of it is strange.
  unknown_method: { connection: 0.1, subject: 0 },
  // A scanner, a browser, or TLS on the wrong port: a farm with one wrong setting does it a thousand times.
  bad_hello: { connection: 2, subject: 0.1 },
  // Spare connections of proxies and probes of balancers do it. The deadline closes it already.
  no_login: { connection: 2, subject: 0 },
  // Each costs a parse; the waiting that follows it is the real remedy.
  flood: { connection: 0.25, subject: 0.1 },
  // One typing error in an account name, and each share of each rig is one.
  unauthorized: { connection: 0.1, subject: 0 },
};

export interface ConductOptions {
  /** false: nothing is counted and nobody is slowed, disconnected or banned by conduct. Manual bans hold. */
  readonly enabled: boolean;
  /** Points of a connection at which it is named in the log. */
  readonly warnAt: number;
  /** Points of a connection from which each further offence makes it wait. */
  readonly slowAt: number;
  /** How long it waits each time, in milliseconds: nothing is read from it meanwhile. */
  readonly slowMs: number;
  /** Points at which the connection is closed. */
  readonly disconnectAt: number;
  /** Points of an address (IPv6: of its /64), over all its connections, at which it is banned. */
  readonly banAt: number;
  /** Points that are forgotten per second. */
  readonly leakPerSecond: number;
}

export const CONDUCT_DEFAULTS: ConductOptions = {
  enabled: true,
  // A chip that spoils 5 % gets to 10 by chance once in 19^10 (six million million) shares.
  warnAt: 10,
  // Far beyond any chance, still cheap: 25 proofs are a fraction of a second of one thread.
  slowAt: 25,
  // One wasted proof a second and connection is nothing, and a miner's socket survives the wait.
  slowMs: 1_000,
  // A rig of which all shares are wrong, one in 5 s, gets there in six minutes, before it is missed.
  disconnectAt: 50,
  // Ten disconnections. At 1,000 wasted proofs a second half a second, at 5 a second 100 s.
  banAt: 500,
  // Three wrong shares a minute for ever are nobody's harm.
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
