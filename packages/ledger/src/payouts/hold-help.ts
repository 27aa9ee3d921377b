import type { HoldReason } from '@adit/money';

/** What a hold means, and what to do. */
export interface HoldHelp {
  readonly meaning: string;
  readonly help: string;
}

/** For people: every reason of a hold. A reason that is left out does not compile. */
export const HOLD_HELP: Readonly<Record<HoldReason, HoldHelp>> = {
  books_broken: {
    meaning: 'A rule of the books does not hold, so balances cannot be trusted.',
    help: 'Run `adit ledger verify`, which names the rule and the entry. Resume only when it is clean.',
  },
  clock_step: {
    meaning: 'The clock of this machine was set by more than a minute while the ledger ran.',
    help: 'Check the time and its service, then run `adit ledger payouts resume`.',
  },
  conflict_mined: {
    meaning: 'Another transaction spent what the payment spends.',
    help: 'Somebody else uses the keys of this wallet. Find out who, then run `adit ledger payouts resolve`.',
  },
  deep_reorg: {
    meaning: 'A payment that was settled is not on the best chain any more.',
    help: 'Run `adit ledger payouts resume ID` if it was mined again; `adit ledger payouts resolve ID --unpaid` asks for a proof. Payments of TrueChain were sent again with the same bytes.',
  },
  draft_differs: {
    meaning:
      'The wallet wants to pay something else than what was planned, or its transaction would never expire.',
    help: 'Compare with `adit ledger payouts show`. Nothing was signed: `adit ledger payouts discard ID` gives the balances back.',
  },
  fee_too_high: {
    meaning: 'The wallet wants a fee above the cap, or more than twice the estimate.',
    help: 'Raise the cap, or run `adit ledger payouts discard ID`. Nothing was signed.',
  },
  foreign_nonce: {
    meaning:
      'A transaction that is not of this ledger used a nonce of the paying account: somebody else has its key, or a person paid by hand.',
    help: 'If you did not do it, move the money to an account with a new key. `adit ledger payouts resolve ID --unpaid` gives back what the foreign transaction displaced, `adit ledger payouts resume ID` lets the batch go on, and `adit ledger payouts resume all` accepts the account as it is.',
  },
  match_partial: {
    meaning: 'A transaction has the mark of this batch, and does not pay just what the batch should pay.',
    help: 'Look at the transaction, then run `adit ledger payouts resolve ID --paid TXID`, or `--unpaid`.',
  },
  matches_several: {
    meaning: 'More than one transaction looks like the payment of this batch.',
    help: 'Look at each of them, then run `adit ledger payouts resolve ID --paid TXID`, or `--unpaid`.',
  },
  node_lags: {
    meaning: 'The wallet, or a node, is more than ten blocks behind.',
    help: 'Wait until it has caught up, then run `adit ledger payouts resume`.',
  },
  nodes_disagree: {
    meaning: 'The nodes do not agree on the chain.',
    help: 'Find out which node is wrong, then run `adit ledger payouts resume`.',
  },
  operator: {
    meaning: 'An operator stopped payouts.',
    help: 'Run `adit ledger payouts resume`.',
  },
  paid_after_release: {
    meaning:
      'A payment appeared after its balances were given back: its payees have the money, and are owed it again.',
    help: 'Do not resume before you know why. Take the amounts back by hand, and report this.',
  },
  paid_twice: {
    meaning: 'Two transactions that pay this batch are in blocks.',
    help: 'Stop everything else that uses this wallet, and report this.',
  },
  paper_list_lost: {
    meaning:
      'The payment list of an open batch is gone from `payouts/`, or says something else than the batch. It may have been paid.',
    help: 'Put the list back as it was and run `adit ledger payouts resume ID`. If you have paid it, run `adit ledger payouts resolve ID --paid TXID`; if nobody has and nobody will, `--unpaid`.',
  },
  paper_unknown_list: {
    meaning:
      'The folder `payouts/` has a payment list that these books never wrote: they are new, or older than the folder. The list may have been paid.',
    help: 'Put the newest books back. If nobody has paid the list and nobody will, run `adit ledger payouts resolve LIST --unpaid`, then `adit ledger payouts resume all`.',
  },
  reconcile_gap: {
    meaning: 'The wallet does not have what the books say.',
    help: 'Run `adit ledger reconcile`. If a person used the wallet, run it again with `--book`, which books the difference, then `adit ledger payouts resume all`.',
  },
  second_owner: {
    meaning: 'Another process wrote to this ledger.',
    help: 'Stop one of the two, then run `adit ledger payouts resume`.',
  },
  upgrade_near: {
    meaning: 'An upgrade of the consensus is less than 150 blocks away.',
    help: 'Wait until it is past and the wallet follows it, then run `adit ledger payouts resume`.',
  },
  wallet_changed: {
    meaning: 'The wallet has another seed, another account, or a database that was rebuilt.',
    help: 'Give it its old database back; or wait until every open batch is over, and run `adit ledger payouts resume`, which accepts the new one.',
  },
};
