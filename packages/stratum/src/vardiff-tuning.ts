// What vardiff takes for enough, for sure, and for long. The figures are of `docs/performance.md`.

/** While a rate is being learnt shares come at this distance (or the port's, where that is shorter). */
export const LEARNING_INTERVAL_MS = 2000;
/** So many shares know a rate to 1/sqrt(80) = 11 %; they cost 160 s of learning. */
export const ENOUGH_SHARES = 80;
/** What is known by then must do, if it is anything: the rest is learnt at the port's own interval. */
export const LEARNING_MS = 240_000;
export const FEWEST_SHARES = 8;
/** Where shares come far faster than that, enough of them are there in a moment, which may be one late packet. */
export const SHORTEST_LEARNING_MS = 10_000;
/** A known rate that is in doubt is learnt in short: mostly it was chance, and the weight is far from its place. */
export const DOUBT_INTERVAL_MS = 1000;
/** So many shares, where they agree with what was known before to this log-likelihood ratio (1.1 sigma). */
export const ENOUGH_IN_DOUBT = 20;
export const SAME = 0.6;
/** What seems another rate indeed is learnt to 14 %. */
export const ENOUGH_CHANGED = 48;
/** Log-likelihood ratio from which a learning miner is held to be somewhere else (2.4 sigma). */
export const OFF = 3;
/**
 * The same for a known rate that seems to have doubled or halved. That is asked every second for hours: at 4.7 chance
 * raises an alarm about once an hour, and a real doubling (0.39 an interval) is seen after two minutes, a halving
 * (0.15 an interval) after five. Lower, the false alarms alone would make the weight swing by more than 10 %.
 */
export const CHANGED = 4.7;
/** A smaller correction is not worth a message to the miner. */
export const DEAD_BAND = 0.08;
/** And a correction must be as large as this many standard errors of the rate. */
export const SURE = 1.2;
/** So far down in one step a miner of few shares may go, or none: one that pauses must not be thrown out of reach. */
export const STEP_DOWN = 8;
/** And so far down a known one goes for a silence. */
export const STEP_DOWN_KNOWN = 2;
/** A suggestion begins the search anew; one a minute is plenty, and more would be a way round the search. */
export const SUGGESTIONS = { perSecond: 1 / 60, burst: 4 };
/** Late shares are of another weight; but what still comes so long after is what the miner really does. */
export const LATE_SHARES_MS = 30_000;
/** So many shares in one look tell something even where it is not known how long of it they had; a job cuts looks short. */
export const TELLING = 4;
export const LOOK_MS = 1000;
