/**
 * Where a batch of payouts stands.
 *
 * | state | what it means |
 * |---|---|
 * | `planned` | its items are computed; nothing is bound |
 * | `reserved` | the balances are moved to the batch |
 * | `drafting` | building wallets: a draft is asked for or stored; accounts with nonces: its items get their nonces; no valid transaction exists |
 * | `finishing` | building wallets: the intent to sign and extract is stored; a valid transaction may exist in the wallet |
 * | `ready` | building wallets, and accounts with nonces: its bytes are on disk |
 * | `calling` | sending wallets: the intent is stored, and the one call is made |
 * | `running` | sending wallets: the wallet's operation has an id |
 * | `uncertain` | sending wallets: a transaction may exist, under an id that is not known |
 * | `sent` | a transaction with a known id may exist |
 * | `confirming` | it is in a block, and not deep enough |
 * | `settled` | paid |
 * | `released` | proved unpaid; its balances are back |
 * | `discarded` | given up before anything was bound |
 * | `held` | a person is needed, and all payouts of the wallet stop |
 */
export type BatchState =
  | 'planned'
  | 'reserved'
  | 'drafting'
  | 'finishing'
  | 'ready'
  | 'calling'
  | 'running'
  | 'uncertain'
  | 'sent'
  | 'confirming'
  | 'settled'
  | 'released'
  | 'discarded'
  | 'held';

/**
 * How a wallet pays: it builds a transaction that we keep and send; one call builds and sends; or we sign a transaction for each item,
 * with a nonce of its own.
 */
export type BatchMachine = 'building' | 'sending' | 'nonce';

/** Why a batch needs a person. */
export type HoldReason =
  | 'books_broken'
  | 'clock_step'
  | 'conflict_mined'
  | 'deep_reorg'
  | 'draft_differs'
  | 'fee_too_high'
  | 'foreign_nonce'
  | 'match_partial'
  | 'matches_several'
  | 'node_lags'
  | 'nodes_disagree'
  | 'operator'
  | 'paid_after_release'
  | 'paid_twice'
  | 'paper_list_lost'
  | 'paper_unknown_list'
  | 'reconcile_gap'
  | 'second_owner'
  | 'upgrade_near'
  | 'wallet_changed';

/** What transitions of a batch read and write. */
export interface BatchPosition {
  readonly id: string;
  readonly machine: BatchMachine;
  readonly state: BatchState;
  /** Where a held batch goes on when it is resumed; null for others. */
  readonly heldFrom: Exclude<BatchState, 'held'> | null;
  /** Why it is held; null for others. */
  readonly reason: HoldReason | null;
  /** Ids of all transactions that may pay it. A release has to prove each of them dead. */
  readonly txids: readonly string[];
  /** The one of them that is in a block; null if none is. */
  readonly minedTxid: string | null;
}

/** Whether balances are bound to a batch: of a wallet's account only one may be. A held one counts by where it was held. */
export const IS_OPEN: Readonly<Record<Exclude<BatchState, 'held'>, boolean>> = {
  planned: false,
  reserved: true,
  drafting: true,
  finishing: true,
  ready: true,
  calling: true,
  running: true,
  uncertain: true,
  sent: true,
  confirming: true,
  settled: false,
  released: false,
  discarded: false,
};

/** Whether a transaction may exist that nobody can call back: then only a proof of non-payment gives the balances back. */
export const MAY_EXIST: Readonly<Record<Exclude<BatchState, 'held'>, boolean>> = {
  planned: false,
  reserved: false,
  drafting: false,
  finishing: true,
  ready: true,
  calling: true,
  running: true,
  uncertain: true,
  sent: true,
  confirming: true,
  settled: true,
  released: false,
  discarded: false,
};

/** The state that counts for {@link IS_OPEN} and {@link MAY_EXIST}. */
export function stateBehindHold({ state, heldFrom }: BatchPosition): Exclude<BatchState, 'held'> {
  // A held batch always says from where; if it did not, the state with the most caution would count.
  return state === 'held' ? (heldFrom ?? 'uncertain') : state;
}

/** What a process does with a batch that it finds after a start. */
export type Recovery =
  | 'plan_again'
  | 'go_on'
  | 'draft_again_unless_stored'
  | 'finish_stored_draft'
  | 'poll_operation'
  | 'search_history'
  | 'watch_and_rebroadcast'
  | 'wait_for_operator'
  | 'nothing';

/** The rule for each state after a crash. `calling` is left at once: the evidence `restarted` makes it `uncertain`. */
export const RECOVERY: Readonly<Record<BatchState, Recovery>> = {
  planned: 'plan_again',
  reserved: 'go_on',
  drafting: 'draft_again_unless_stored',
  // The same draft gives the same transaction id, so it is finished again, and never replaced.
  finishing: 'finish_stored_draft',
  ready: 'go_on',
  calling: 'search_history',
  running: 'poll_operation',
  uncertain: 'search_history',
  sent: 'watch_and_rebroadcast',
  confirming: 'watch_and_rebroadcast',
  settled: 'nothing',
  released: 'nothing',
  discarded: 'nothing',
  held: 'wait_for_operator',
};

/** A batch that was just planned. */
export function plannedBatch(id: string, machine: BatchMachine): BatchPosition {
  return { id, machine, state: 'planned', heldFrom: null, reason: null, txids: [], minedTxid: null };
}

/** The moves that there are, besides those between a state and `held`. Any other change of a state is a fault of the program. */
export const BATCH_MOVES: Readonly<Record<Exclude<BatchState, 'held'>, readonly BatchState[]>> = {
  planned: ['reserved', 'discarded'],
  reserved: ['drafting', 'calling', 'released'],
  drafting: ['finishing', 'released'],
  finishing: ['ready'],
  ready: ['sent', 'confirming', 'released'],
  calling: ['running', 'sent', 'uncertain', 'released'],
  running: ['sent', 'uncertain', 'released'],
  uncertain: ['sent', 'released'],
  sent: ['confirming', 'released'],
  confirming: ['sent', 'settled'],
  settled: [],
  released: [],
  discarded: [],
};
