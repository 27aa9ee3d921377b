/** One entry of the catalogue of attacks on pools and miners. */
export interface Attack {
  /** What an attacker tries, and what it would gain. */
  readonly what: string;
  /** Why a client cannot see whether the attack works; undefined where it can. */
  readonly unseen?: string;
}

/** The catalogue that rules refer to. Its numbers are stable. Attacks on payouts and on web pages have numbers that are not listed here. */
export const ATTACKS = {
  T01: {
    what: 'a false Equihash solution (repeated or unordered indices, a missing collision, zeros, other parameters) is paid',
  },
  T02: {
    what: 'one share in several spellings (capitals, 0x, blanks, letters that are not digits) is paid several times',
  },
  T03: {
    what: 'one right solution under many length prefixes gives a new block hash for each try, and so shares without work',
  },
  T04: {
    what: 'the same share is paid again: at once, under another job or worker, on another connection, after a reconnect or a resume',
  },
  T05: { what: "a miner uses a nonce from another miner's range, or takes over its session" },
  T06: { what: 'a header time that chains do not take, or one proof under several times, is paid' },
  T07: {
    what: 'a job id that is unknown, stale, or a word of a programming language is accepted, or ends the process',
  },
  T08: {
    what: 'a suggestion, a password or an inexact comparison leads to a difficulty of zero, or nearly zero',
  },
  T09: {
    what: 'a share is credited with more than the difficulty of its job',
    unseen: 'only the books of the pool say what a share is worth',
  },
  T10: {
    what: 'a share is lost because the node refuses its block, or it is paid twice',
    unseen: 'a client does not see the node, and cannot find a block on demand',
  },
  T11: { what: 'TrueHash: halves mixed up, another dataset or header, nonces in other forms, are paid' },
  T12: { what: 'a flood of wrong shares keeps the verifier busy, and honest shares wait or are lost' },
  T13: { what: 'a damaged or monstrous message ends the process, or makes it forget an answer' },
  T14: { what: 'logins out of order, twice, or by the thousand' },
  T15: {
    what: 'connections that are slow, silent, half closed, or not Stratum hold places and memory',
  },
  T16: { what: 'many messages in one packet, or one in many, are lost or counted as a flood' },
  T17: { what: 'many short connections shut other miners out' },
  T18: { what: 'two miners get the same part of the nonce and do the same work' },
  T19: { what: 'a miner follows client.reconnect to a stranger, which takes its work' },
  T20: {
    what: 'impossible values from a pool (nonce1 of 32 bytes, a target of zero, a job of wrong lengths) break the miner',
  },
  T21: {
    what: 'a connection hides its address with a PROXY header',
    unseen: 'a client does not see which address the pool believes',
  },
  T22: { what: 'control characters in names reach a log or a terminal' },
  T23: {
    what: 'bans hit honest miners: harmless duplicates, farms behind one address',
    unseen: 'a ban would end the run; only what a single connection shows is asked',
  },
  T24: { what: 'worker names with markup, other directions, path and database separators, 10 KB' },
  T25: {
    what: 'a miner submits a hash where it is worth most: one header has several targets (job ids, connections, resumed sessions), or the miner chooses one after it has hashed',
  },
} as const satisfies Readonly<Record<string, Attack>>;

export type AttackNumber = keyof typeof ATTACKS;
