import type { PayoutPlan } from '@adit/money';
import { PLANNED, planDigest } from '../seals/plan-digest.ts';
import { BatchTeller, resultOf } from './batch-teller.ts';
import { BuildingMachine } from './building-machine.ts';
import { ClockWatch } from './clock-watch.ts';
import { GapWatch } from './gap-watch.ts';
import { lostList, unknownList } from './list-watch.ts';
import { tellBatch } from './move-batch.ts';
import { NonceMachine } from './nonce-machine.ts';
import type { PayoutModules } from './payout-modules.ts';
import { checkPayoutOptions, type PayoutOptions, PLAN_LIFE_MS, WATCHED_BLOCKS } from './payout-options.ts';
import { planNow, planStillFits, storedPlan } from './planning.ts';
import { SendingMachine } from './sending-machine.ts';
import { ShieldMachine } from './shield-machine.ts';
import type { StepResult, WaitCause } from './step-result.ts';
import type { StoredBatch } from './stored-batch.ts';

/** What payouts may wait for while rewards are shielded. */
const BEFORE_SHIELDING: ReadonlySet<WaitCause> = new Set(['nothing_due', 'not_approved']);

/**
 * The payouts of one wallet account of one chain. Whoever drives it calls `step` again and again; each step does one thing and
 * returns. A step that throws may have done it or not: the next one looks.
 */
export class PayoutService {
  readonly teller: BatchTeller;
  readonly #options: PayoutOptions;
  readonly #modules: PayoutModules;
  readonly #machine: SendingMachine | BuildingMachine | NonceMachine;
  readonly #shielding: ShieldMachine;
  readonly #clock: ClockWatch;
  readonly #gaps: GapWatch;
  /** False after a start and after an error: what was in memory is not to be believed. */
  #isInOrder = false;
  /** Tip at which the payments that are over were last looked at. */
  #lookedBackAt = -1;
  /** Tip at which a batch was given back: the next one waits for another tip, so that a refusal is not repeated for ever. */
  #restsAt = -1;

  constructor(options: PayoutOptions, modules: PayoutModules) {
    checkPayoutOptions(options);
    this.#options = options;
    this.#modules = modules;
    this.teller = new BatchTeller(options, modules);
    const { wallet } = modules;
    if (wallet.kind === 'sending') this.#machine = new SendingMachine(this.teller, { ...modules, wallet });
    else if (wallet.kind === 'building')
      this.#machine = new BuildingMachine(this.teller, { ...modules, wallet });
    else this.#machine = new NonceMachine(this.teller, { ...modules, wallet });
    this.#shielding = new ShieldMachine(this.teller, modules);
    this.#clock = new ClockWatch(modules.clock);
    this.#gaps = new GapWatch(modules.wallet);
  }

  /**
   * Does the next due thing.
   * @throws AditError where the lease is lost, the database fails, or wallet or nodes do not answer. Nothing is lost by that.
   */
  async step(): Promise<StepResult> {
    try {
      const result = await this.#next();
      this.#isInOrder = true;
      return result;
    } catch (error) {
      this.#isInOrder = false;
      this.#machine.forget();
      throw error;
    }
  }

  /** What would be paid now. It binds nothing. @throws where the wallet does not answer */
  plan(): Promise<PayoutPlan> {
    return planNow(this.#options, this.#modules, this.teller.store);
  }

  async #next(): Promise<StepResult> {
    const step = this.#clock.look();
    if (step !== 0)
      await this.teller.holdWallet({ reason: 'clock_step', detail: `the clock was set by ${step} ms` });
    const { writer } = this.#modules;
    const { open, held } = await writer.read((queries) => this.teller.store.current(queries));
    if (open !== undefined && !this.#isInOrder) {
      const outcome = await this.teller.tell(open, { kind: 'restarted' });
      if (outcome.kind === 'moved') return resultOf(outcome, 'the process was started anew');
    }
    if (await this.#holdForLists(open)) return waits('held', 'the payment lists', open?.position.id ?? null);
    const past = await this.#lookBack();
    if (past !== undefined) return past;
    const [stopped] = held;
    if (stopped !== undefined) return waits('held', stopped.position.reason ?? '', stopped.position.id);
    if (open !== undefined) return this.#work(open);
    const shielding = await this.#shielding.follow();
    if (shielding !== undefined) return shielding;
    const planned = await this.#plan();
    // Payouts come first: where blocks come all the time there is always something to shield.
    if (planned.kind === 'moved' || !BEFORE_SHIELDING.has(planned.why)) return planned;
    return (await this.#shielding.begin()) ?? planned;
  }

  async #work(open: StoredBatch): Promise<StepResult> {
    const result = await this.#machine.step(open);
    if (result.kind === 'waits' && result.why === 'reconcile_gap') await this.#noteGap(result.detail);
    const state = await this.#modules.writer.read((queries) =>
      this.teller.store.find(queries, open.position.id),
    );
    if (state?.position.state === 'released')
      this.#restsAt = (await this.#modules.witness.tip())?.height ?? -1;
    return result;
  }

  /**
   * Compares the folder of payment lists with the books, before anything else is done: books that are new or older would pay again what a
   * person was asked to pay.
   * @returns whether something was held now
   */
  async #holdForLists(open: StoredBatch | undefined): Promise<boolean> {
    const { lists, writer } = this.#modules;
    if (lists === undefined) return false;
    const lost = open === undefined ? undefined : await lostList(lists, open);
    if (open !== undefined && lost !== undefined) {
      const evidence = { kind: 'hold', reason: lost.reason } as const;
      await this.teller.tell(open, evidence, { detail: lost.detail });
      return true;
    }
    if ((await this.teller.control()).hold !== null) return false;
    // The folder first: a list that is written in between belongs to a batch that is read behind it.
    const written = await lists.written();
    const states = await writer.read((queries) => this.teller.store.states(queries));
    const unknown = await unknownList(lists, written, states);
    if (unknown !== undefined) await this.teller.holdWallet(unknown);
    return unknown !== undefined;
  }

  async #noteGap(detail: string): Promise<void> {
    const tip = await this.#modules.witness.tip();
    if (this.#gaps.lasts(tip?.height ?? 0, detail))
      await this.teller.holdWallet({ reason: 'reconcile_gap', detail });
  }

  /** Payments that are over are watched for as long as nodes can reorganise: once for each tip. */
  async #lookBack(): Promise<StepResult | undefined> {
    const { witness, writer } = this.#modules;
    const tip = await witness.tip();
    if (tip === undefined || tip.height === this.#lookedBackAt) return undefined;
    const closed = await writer.read((queries) =>
      this.teller.store.closedSince(queries, tip.height - WATCHED_BLOCKS),
    );
    if (this.#machine instanceof NonceMachine) {
      const moved = await this.#machine.lookBack(closed);
      if (moved === undefined) this.#lookedBackAt = tip.height;
      return moved;
    }
    for (const batch of closed)
      for (const txid of batch.position.txids) {
        const place = await witness.place(txid);
        if (place.kind === 'unsure') continue;
        const evidence =
          place.kind === 'mined'
            ? ({ kind: 'mined', txid, depth: place.depth, pays: 'unknown' } as const)
            : ({ kind: 'not_mined', txid } as const);
        const outcome = await this.teller.tell(batch, evidence);
        if (outcome.kind === 'moved') return resultOf(outcome, `${txid} is ${place.kind} after all`);
      }
    this.#lookedBackAt = tip.height;
    return undefined;
  }

  async #plan(): Promise<StepResult> {
    const { writer, clock, witness } = this.#modules;
    const control = await this.teller.control();
    if (control.hold !== null) return waits('held', control.hold.detail);
    if (control.mode === 'off' || control.mode === 'plan') return waits('off', `the mode is ${control.mode}`);
    const [planned] = await writer.read((queries) => this.teller.store.planned(queries));
    if (planned !== undefined) {
      if (clock.nowMs() - planned.plannedMs > PLAN_LIFE_MS || clock.nowMs() < planned.plannedMs)
        return resultOf(await this.teller.tell(planned, { kind: 'plan_expired' }), 'the plan is too old');
      if (control.mode === 'auto') return this.approvePlan(planned);
      return waits('not_approved', 'an operator has to approve the plan', planned.position.id);
    }
    if ((await witness.tip())?.height === this.#restsAt)
      return waits('nothing_due', 'the last batch was given back');
    const { batches } = await this.plan();
    const [first] = batches;
    if (first === undefined) return waits('nothing_due', 'nobody is due, or nothing can be spent');
    const batch = storedPlan(first, this.#options, this.#modules);
    const broken = await this.#broken(batch);
    if (broken !== undefined) return broken;
    await writer.transact(async (queries) => {
      await this.teller.store.insert(queries, batch);
      const { nowMs, actor, books } = this.teller.context();
      const subject = { kind: 'batch', name: batch.position.id } as const;
      const content = {
        gross: String(first.gross),
        payees: first.outputs.length,
        items: planDigest(batch.items),
      };
      await books.audit(queries, { timeMs: nowMs, actor, action: PLANNED, subject, content });
    });
    return { kind: 'moved', batch: batch.position.id, detail: 'planned' };
  }

  /** Binds a plan, if it still fits; otherwise it is thrown away. */
  async approvePlan(planned: StoredBatch, actor = this.teller.context().actor): Promise<StepResult> {
    const { writer, wallet, clock } = this.#modules;
    const broken = await this.#broken(planned);
    if (broken !== undefined) return broken;
    const identity = await wallet.identity();
    const outcome = await writer.transact(async (queries) => {
      const context = this.teller.context(actor);
      const fits = await planStillFits(queries, planned, this.#options, this.#modules, this.teller.store);
      if (!fits) return tellBatch(queries, planned, { kind: 'plan_expired' }, {}, context);
      await this.teller.keepIdentity(queries, identity);
      return tellBatch(queries, planned, { kind: 'approved' }, { approvedMs: clock.nowMs() }, context);
    });
    return resultOf(outcome, 'approved');
  }

  /** Holds all payouts where the books are not as the ledger wrote them. */
  async #broken({ chain, items }: StoredBatch): Promise<StepResult | undefined> {
    const { guard } = this.#modules;
    const detail = await guard?.check({ chain, accounts: items.map(({ account }) => account) });
    if (detail === undefined) return undefined;
    await this.teller.holdWallet({ reason: 'books_broken', detail });
    return waits('held', detail);
  }
}

function waits(why: WaitCause, detail: string, batch: string | null = null): StepResult {
  return { kind: 'waits', batch, why, detail };
}
