// One payment in all its states: what the books know of its batch, beside what is true in the wallet and on the chain.
import type { BatchEvidence } from '../src/payouts/batch-evidence.ts';
import { type BatchMachine, type BatchPosition, plannedBatch } from '../src/payouts/batch-state.ts';
import { moveBatch } from '../src/payouts/batch-transitions.ts';
import type { HistoryMatch } from '../src/payouts/history-match.ts';
import { NonPayment } from '../src/payouts/proof.ts';

/**
 * A call on its way to the wallet, at work there, or over. `refused` and `failed` made nothing and say so; `lost` made nothing, and
 * nobody is told; `stored` failed or succeeded after the transaction was stored; `forgotten` is the same without an answer.
 */
type Operation = 'in_flight' | 'running' | 'refused' | 'failed' | 'lost' | 'stored' | 'forgotten';
type Truth = 'none' | 'stored' | 'mempool' | 'mined' | 'final' | 'dead';
/** `expired`: past its last height, where a reorganisation can still mine it. `buried`: past the margin of a proof. */
type Age = 'young' | 'expired' | 'buried';

interface Attempt {
  readonly operation: Operation;
  readonly truth: Truth;
  readonly age: Age;
  /** Whether it pays the plan to the unit. A wallet may build something else, and call it done. */
  readonly pays: 'whole' | 'part';
  /** Which batch called. */
  readonly batch: number;
}

export interface ModelState {
  readonly batch: BatchPosition;
  /** Which batch it is: the balances of a released one are planned again. */
  readonly number: number;
  /** What the process has in memory: that it made the call of this batch. */
  readonly hasCalled: boolean;
  /** Every call that was ever made, or the one transaction that a building wallet finished. */
  readonly attempts: readonly Attempt[];
  /** Whether a person said what was paid to whom. */
  readonly isBooked: boolean;
}

/** What a mutant does otherwise than the program. */
export interface Mutation {
  readonly move?: (batch: BatchPosition, evidence: BatchEvidence) => BatchPosition | undefined;
  /** A proof by expiry is believed at the expiry height, without a margin. */
  readonly hasNoMargin?: boolean;
  /** A proof by search does not ask whether the operation has ended. */
  readonly asksNoEnd?: boolean;
  /** What is not seen on the chain counts as dead. */
  readonly trustsAbsence?: boolean;
}

const RULES = { settleDepth: 20 };
/** After the second batch a third one would show nothing new. */
const MOST_BATCHES = 2;
const MOST_ATTEMPTS = 3;
const HAS_TRANSACTION: ReadonlySet<Truth> = new Set(['stored', 'mempool', 'mined', 'final', 'dead']);
const HAS_ENDED: ReadonlySet<Operation> = new Set(['refused', 'failed', 'lost', 'stored', 'forgotten']);

export function firstState(machine: BatchMachine): ModelState {
  return {
    batch: plannedBatch('batch-1', machine),
    number: 1,
    hasCalled: false,
    attempts: [],
    isBooked: false,
  };
}

/** How many transactions that pay are in blocks. More than one is the fault that everything is there to prevent. */
export function payments({ attempts }: ModelState): number {
  return attempts.filter(({ truth }) => truth === 'mined' || truth === 'final').length;
}

/** Whether a transaction that pays only a part of the plan counts as its payment, and no person has said so. */
export function isPartTakenForWhole({ batch, attempts, isBooked }: ModelState): boolean {
  if (batch.state !== 'confirming' && batch.state !== 'settled') return false;
  return !isBooked && attempts.some(({ pays }, i) => pays === 'part' && batch.minedTxid === `tx-${i}`);
}

/** All states that can follow, by the world, the program, the operator, or a crash. */
export function next(state: ModelState, mutation: Mutation = {}): readonly ModelState[] {
  return [...worldMoves(state), ...programMoves(state, mutation)];
}

/** Whether nothing is left to do, and books and world agree. */
export function isOver({ batch, number, attempts }: ModelState): boolean {
  const areDead = attempts.every(({ truth, operation }) => {
    return HAS_ENDED.has(operation) && (truth === 'none' || truth === 'dead');
  });
  if (batch.state === 'settled') return attempts.some(({ truth }) => truth === 'final');
  if (batch.state === 'discarded') return areDead;
  return batch.state === 'released' && number === MOST_BATCHES && areDead;
}

function worldMoves(state: ModelState): readonly ModelState[] {
  return state.attempts.flatMap((attempt, i) =>
    attemptMoves(attempt, state.batch.machine).map((change) => ({
      ...state,
      attempts: state.attempts.with(i, { ...attempt, ...change }),
    })),
  );
}

function attemptMoves(
  { operation, truth, age }: Attempt,
  machine: BatchMachine,
): readonly Partial<Attempt>[] {
  const moves: Partial<Attempt>[] = [];
  if (operation === 'in_flight')
    moves.push({ operation: 'running' }, { operation: 'refused' }, { operation: 'lost' });
  if (operation === 'running')
    moves.push(
      { operation: 'stored', truth: 'stored' },
      { operation: 'forgotten', truth: 'stored' },
      { operation: 'stored', truth: 'stored', pays: 'part' },
      { operation: 'forgotten', truth: 'stored', pays: 'part' },
      { operation: 'failed' },
      { operation: 'lost' },
    );
  if (operation === 'stored' && machine === 'sending') moves.push({ operation: 'forgotten' });
  const isAlive = truth === 'stored' || truth === 'mempool';
  // The wallet sends it, nodes forget it, miners take it; past the expiry only a reorganisation can still do so.
  if (truth === 'stored' && age === 'young') moves.push({ truth: 'mempool' });
  if (truth === 'mempool') moves.push({ truth: 'stored' });
  if (isAlive && age !== 'buried') moves.push({ truth: 'mined' });
  if (truth === 'mined')
    moves.push({ truth: 'final' }, ...(age === 'buried' ? [] : [{ truth: 'stored' } as const]));
  if (HAS_TRANSACTION.has(truth) && age === 'young') moves.push({ age: 'expired' });
  if (age === 'expired' && truth !== 'mined')
    moves.push({ age: 'buried', ...(isAlive ? { truth: 'dead' } : {}) });
  return moves;
}

function programMoves(state: ModelState, mutation: Mutation): readonly ModelState[] {
  const { batch, number, hasCalled, attempts } = state;
  const moves: ModelState[] = [];
  const add = (evidence: BatchEvidence, more: Partial<ModelState> = {}) => {
    const step = moveBatch(batch, evidence, RULES);
    const after = mutation.move?.(batch, evidence) ?? (step.kind === 'moves' ? step.batch : batch);
    moves.push({ ...state, ...more, batch: after });
  };
  // What comes from outside at any time.
  add({ kind: 'restarted' }, { hasCalled: false });
  for (const kind of ['approved', 'discarded', 'plan_expired', 'resumed', 'conflict'] as const) {
    // Nothing else spends what it spends, in this world.
    if (kind !== 'conflict') add({ kind });
  }
  add({ kind: 'hold', reason: 'operator' });

  const own = attempts
    .map((attempt, i) => ({ ...attempt, txid: `tx-${i}` }))
    .filter((one) => one.batch === number);
  const last = own.at(-1);
  if (batch.state === 'reserved') add({ kind: 'begun' });
  if (batch.state === 'calling') {
    if (!hasCalled && attempts.length < MOST_ATTEMPTS)
      moves.push({
        ...state,
        hasCalled: true,
        attempts: [...attempts, { operation: 'in_flight', ...YOUNG, batch: number }],
      });
    if (hasCalled) {
      add({ kind: 'doubt' });
      if (last?.operation === 'refused') add({ kind: 'nothing_happened' });
      if (last !== undefined && last.operation !== 'in_flight' && last.operation !== 'refused')
        add({ kind: 'called' });
    }
  }
  if (batch.state === 'running') {
    add({ kind: 'doubt' });
    if (last?.operation === 'failed') add({ kind: 'nothing_happened' });
    if (last?.operation === 'stored') add({ kind: 'operation_done', txid: last.txid });
  }
  if (batch.state === 'drafting') {
    add({ kind: 'drafted', fault: null });
    add({ kind: 'drafted', fault: 'draft_differs' });
  }
  if (batch.state === 'finishing') {
    // The same draft gives the same transaction, however often it is finished.
    const made =
      own.length > 0
        ? attempts
        : [...attempts, { ...YOUNG, operation: 'stored', truth: 'stored', batch: number } as const];
    moves.push({ ...state, attempts: made });
    const txid = own[0]?.txid;
    if (txid !== undefined) add({ kind: 'finished', txid });
  }
  if (batch.state === 'ready') add({ kind: 'broadcasting' });

  // What the chain and the history show. A history may be stale: it can always show nothing.
  const seen = own.filter(({ truth }) => HAS_TRANSACTION.has(truth));
  const listed = seen.map(({ txid }) => txid);
  const [first] = seen;
  if (batch.machine === 'sending' && first !== undefined)
    add({ kind: 'searched', match: matchOf(first, listed) });
  add({ kind: 'searched', match: { kind: 'none' } });
  if (batch.state === 'held') for (const txid of listed) add({ kind: 'named_paid', txid });
  for (const [i, { truth, pays }] of attempts.entries()) {
    const txid = `tx-${i}`;
    if (truth === 'mined') add({ kind: 'mined', txid, depth: 1, pays });
    else if (truth === 'final') add({ kind: 'mined', txid, depth: RULES.settleDepth, pays });
    else add({ kind: 'not_mined', txid });
  }
  for (const { txid, truth, pays } of own) {
    if (batch.state !== 'held' || (truth !== 'mined' && truth !== 'final')) continue;
    const depth = truth === 'final' ? RULES.settleDepth : 1;
    const [proofs = []] = provable(state, own, mutation);
    const evidence = { kind: 'booked', txid, depth, givesBack: pays === 'part', proofs } as const;
    add(evidence, { isBooked: moveBatch(batch, evidence, RULES).kind === 'moves' });
  }
  for (const proofs of provable(state, own, mutation)) add({ kind: 'proved_unpaid', proofs });
  if (batch.state === 'released' && number < MOST_BATCHES)
    moves.push({
      ...state,
      batch: plannedBatch(`batch-${number + 1}`, batch.machine),
      number: number + 1,
      hasCalled: false,
      isBooked: false,
    });
  return moves;
}

const YOUNG = { truth: 'none', age: 'young', pays: 'whole' } as const;

function matchOf(
  { txid, pays }: Pick<Attempt, 'pays'> & { readonly txid: string },
  listed: readonly string[],
): HistoryMatch {
  if (listed.length > 1) return { kind: 'several', txids: listed };
  return pays === 'whole' ? { kind: 'one', txid } : { kind: 'partial', txids: [txid] };
}

/** The proofs that can be had in this state of the world. */
function provable(
  { batch }: ModelState,
  own: readonly (Attempt & { readonly txid: string })[],
  { hasNoMargin, asksNoEnd, trustsAbsence }: Mutation,
): readonly (readonly NonPayment[])[] {
  const proof = (method: NonPayment['method'], txid: string | null) =>
    new NonPayment({ batch: batch.id, method, txid });
  const isDead = ({ truth, age }: Attempt) =>
    truth === 'dead' ||
    (truth === 'stored' && ((hasNoMargin === true && age === 'expired') || trustsAbsence === true));
  const byExpiry = own.filter(isDead).map(({ txid }) => proof('expiry', txid));
  const isNowhere = own.every(
    ({ truth, operation }) => truth === 'none' && (HAS_ENDED.has(operation) || asksNoEnd === true),
  );
  return [byExpiry, ...(isNowhere ? [[proof('no_match', null)]] : [])];
}
