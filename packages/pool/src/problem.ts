import { AditError, messageOf } from '@adit/primitives';

/**
 * Everything that a pool reports as a problem, with the words for people. Programs read the cause, and never the words,
 * which may change with any version.
 */
export const PROBLEMS = {
  share_not_judged: 'a share could not be judged',
  connection_fault: 'a fault of the pool ended a connection',
  duplicates_full:
    'too many shares of a tip or header came: no more of them are credited, but blocks still go out',
  two_weights: 'one share came with two weights, of which the smaller one counts',
  journal_file: 'a journal needs somebody',
  block_not_handed_in: 'a found block could not be handed in',
  block_not_followed: 'a found block could not be followed',
  block_not_written: 'the state of a found block could not be written to disk',
  block_unreadable: 'a found block could not be read back',
  blocks_unreadable: 'found blocks of an earlier process could not be read',
  block_owner: 'this process cannot be marked as the owner of its found blocks',
  block_lost: 'a node had lost a found block, and took it again',
  header_not_handed_out: 'a header could not be handed out',
  header_price_not_kept: 'the share target of a header cannot be kept',
  nonce1_leases: 'nonce1 values could not be leased, or their leases not be renewed',
  nonce1_thread: 'the thread of the nonce1 leases ended; the next request starts another one',
  nonce1_lost: 'nonce1 values went to another process',
  bans: 'the list of bans cannot be read or written',
  data_folder: 'the data folder has a problem',
  disk_low: 'the disk of the data folder is nearly full',
  certificate: 'the new TLS certificate of a port cannot be used, so the old one stays',
  certificate_ends: 'the TLS certificate of a port has to be renewed',
  clock_off: "the clock of this machine, or of a node's, is wrong",
  task: 'a task that runs at intervals failed',
} as const;

/** Why there is a problem. The list is closed. */
export type ProblemCause = keyof typeof PROBLEMS;

/** A problem as its finder reports it. What it does not belong to is left out. */
export interface Problem {
  readonly cause: ProblemCause;
  /** Names in the configuration. */
  readonly chain?: string;
  readonly port?: string;
  /** The id of the found block. */
  readonly block?: string;
  /** The code of the error behind it; absent if there is none, or if it has no code. */
  readonly code?: string;
  /** A sentence for people, or what the problem is about: a file, a digest, an error's message. */
  readonly detail: string;
}

export type OnProblem = (problem: Problem) => void;

/** The fields of a problem that an error is behind: its code, if it has one, and its message. */
export function behind(error: unknown): Pick<Problem, 'code' | 'detail'> {
  const code = codeOf(error);
  return { ...(code === undefined ? {} : { code }), detail: messageOf(error) };
}

/** The code of our own errors, or of the system's (`ENOSPC`) and SQLite's. */
function codeOf(error: unknown): string | undefined {
  if (error instanceof AditError) return error.code;
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
