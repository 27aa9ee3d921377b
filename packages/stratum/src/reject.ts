/**
 * The closed list of reasons for which the pool refuses a message of a miner. It gives the code on the wire, the label
 * of the metric, the field in the log, and the text for people.
 *
 * Codes are those of ZIP 301: 20 other, 21 job not found, 22 duplicate, 23 low difficulty,
 * 24 unauthorized worker, 25 not subscribed.
 */
export const REJECTS = {
  malformed: { code: 20, text: 'Malformed message' },
  unknown_method: { code: 20, text: 'Unknown method' },
  bad_params: { code: 20, text: 'Bad parameters' },
  bad_nonce: { code: 20, text: 'Bad nonce' },
  wrong_nonce1: { code: 20, text: "The nonce does not begin with this connection's nonce1" },
  bad_time: { code: 20, text: 'Time out of range' },
  bad_solution_encoding: { code: 20, text: 'Bad solution encoding' },
  invalid_solution: { code: 20, text: 'Invalid solution' },
  overloaded: { code: 20, text: 'Too many submissions are waiting, try again' },
  not_recorded: { code: 20, text: 'The pool cannot record shares at the moment' },
  job_not_found: { code: 21, text: 'Job not found' },
  stale_job: { code: 21, text: 'Stale job' },
  duplicate_share: { code: 22, text: 'Duplicate share' },
  low_difficulty: { code: 23, text: 'Low difficulty share' },
  unauthorized: { code: 24, text: 'Unauthorized worker' },
  bad_account: { code: 24, text: 'The account must be an address' },
  not_subscribed: { code: 25, text: 'Not subscribed' },
} as const satisfies Record<string, { code: number; text: string }>;

/** Why the pool refuses a message: a key of {@link REJECTS}. */
export type RejectReason = keyof typeof REJECTS;

/** The part of a {@link Verdict} that a session needs to answer the miner. */
export type Told =
  | { readonly accepted: true; readonly weight?: bigint }
  | Extract<Verdict, { readonly accepted: false }>;

/** The pool's decision about a submission. */
export type Verdict =
  /** `weight`: the expected number of solutions that such a share stands for. */
  | { readonly accepted: true; readonly weight: bigint }
  | {
      readonly accepted: false;
      readonly reason: RejectReason;
      /** Names the rule that failed. */
      readonly detail?: string;
      /** For a share that is too easy: the weight that its hash would be good for. Its proof was not checked. */
      readonly achieved?: bigint;
      /**
       * True if the share cannot come from honest work: it meets no target that its sender ever had, and no known habit
       * of honest miners explains it.
       */
      readonly unearned?: boolean;
    };

/** The sentence for the miner: the reason, and the rule that failed if `detail` names it. */
export function rejectText(reason: RejectReason, detail?: string): string {
  return detail === undefined ? REJECTS[reason].text : `${REJECTS[reason].text}: ${detail}`;
}
