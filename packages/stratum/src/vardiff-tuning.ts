// The thresholds of vardiff. `docs/performance.md` has the measurements behind these numbers.

/** Time between two shares while a rate is learnt, or the interval of the port if that is shorter. */
export const LEARNING_INTERVAL_MS = 2000;
/** Shares after which a rate is known: 80 give it to 1/sqrt(80) = 11 %, and take 160 s of learning. */
export const ENOUGH_SHARES = 80;
/**
 * After this time, the shares so far must do if there are at least `FEWEST_SHARES`. The port's own interval gives more.
 */
export const LEARNING_MS = 240_000;
export const FEWEST_SHARES = 8;
/** A known rate is learnt again for at least this time: a single late packet may bring enough shares at once. */
export const SHORTEST_LEARNING_MS = 10_000;
/**
 * Learning interval for a known rate in doubt. It is short: most doubts are chance, and learning moves the weight away.
 */
export const DOUBT_INTERVAL_MS = 1000;
/** Shares that end a doubt if they agree with the former rate, to the log-likelihood ratio `SAME` (1.1 sigma). */
export const ENOUGH_IN_DOUBT = 20;
export const SAME = 0.6;
/** Shares after which a rate that differs from the former one is known: 48 give it to 14 %. */
export const ENOUGH_CHANGED = 48;
/** Log-likelihood ratio beyond which a learning miner surely has another rate than its weight assumes (2.4 sigma). */
export const OFF = 3;
/**
 * The same for a known rate that seems to have doubled or halved. This test runs every second for hours. At 4.7, chance
 * raises an alarm about once an hour; a real doubling (0.39 per interval) shows after two minutes, a halving (0.15 per
 * interval) after five. With a lower value, the false alarms alone would make the weight swing by more than 10 %.
 */
export const CHANGED = 4.7;
/** A smaller correction is not worth a message to the miner. */
export const DEAD_BAND = 0.08;
/** A correction must also be as large as this many standard errors of the rate. */
export const SURE = 1.2;
/**
 * Factor of one step down for a miner with few shares, or none. With a larger one, a miner that only pauses would get a
 * far too low weight. Only a longer silence, or more shares, make a larger step.
 */
export const STEP_DOWN = 8;
/** Factor of one step down for a miner whose rate is known, after a silence. */
export const STEP_DOWN_KNOWN = 2;
/**
 * A suggestion starts the search again. One per minute is plenty; with more, a miner could evade the search for ever.
 */
export const SUGGESTIONS = { perSecond: 1 / 60, burst: 4 };
/**
 * Shares of a former weight are late for this time. Shares that still have it afterwards show what the miner really
 * does.
 */
export const LATE_SHARES_MS = 30_000;
/**
 * This many shares in one look are evidence, even if nobody knows in which part of it the miner had the weight. A job
 * may cut a look short, so the look counts as at least `LOOK_MS`.
 */
export const TELLING = 4;
export const LOOK_MS = 1000;
