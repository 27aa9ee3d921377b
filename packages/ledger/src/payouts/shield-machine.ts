import {
  type Entry,
  LOOK_BACK,
  type Shielder,
  type Shielding,
  shieldMinedEntry,
  shieldReadyEntry,
  shieldUndoneEntry,
} from '@adit/money';
import type { Queries } from '../database/ledger-database.ts';
import type { BatchTeller } from './batch-teller.ts';
import { checkBeforeCall } from './checks-before-call.ts';
import { type PayoutModules, PROGRAM } from './payout-modules.ts';
import { ShieldStore, type StoredShielding } from './shield-store.ts';
import type { StepResult } from './step-result.ts';

/** Confirmations after which a wallet spends what it shielded; three were seen. */
const READY_DEPTH = 3;
/** Confirmations after which a shielding is not looked at any more. */
const FINAL_DEPTH = 100;
/** Blocks after which a call of which nothing came is given up: what it made is found in the wallet's list all the same. */
const CALL_BLOCKS = 150;

/**
 * Shields mature rewards before they are paid out. A shielding moves money from the pool to the pool, so a doubt costs nothing: what
 * the wallet lists is booked, whoever asked for it, and what it does not list never was. Only the target has to be right.
 */
export class ShieldMachine {
  readonly #teller: BatchTeller;
  readonly #modules: PayoutModules;
  readonly #store: ShieldStore;

  constructor(teller: BatchTeller, modules: PayoutModules) {
    this.#teller = teller;
    this.#modules = modules;
    this.#store = new ShieldStore(teller.options);
  }

  /**
   * Follows what was begun.
   * @returns undefined if payouts need not wait for it
   * @throws where wallet or nodes do not answer
   */
  async follow(): Promise<StepResult | undefined> {
    const { shielder, witness, writer } = this.#modules;
    if (shielder === null) return undefined;
    const tip = await witness.tip();
    if (tip === undefined) return waits('too few nodes answer');
    const shieldings = await writer.read((queries) => this.#store.watched(queries));
    for (const one of shieldings.filter(({ txid }) => txid !== null)) {
      const moved = await this.#follow(one, tip.height);
      if (moved !== undefined) return moved;
    }
    const calling = shieldings.find(({ state }) => state === 'calling');
    if (calling !== undefined) return this.#adopt(calling, shielder, tip.height);
    if (shieldings.some(({ state }) => state === 'sent' || state === 'mined'))
      return waits('a shielding is under way');
    return undefined;
  }

  /** Moves a shielding by what the chain shows of it. */
  async #follow(one: StoredShielding, tip: number): Promise<StepResult | undefined> {
    const { witness } = this.#modules;
    const place = await witness.place(one.txid ?? '');
    if (place.kind === 'unsure') return undefined;
    if (place.kind === 'absent') {
      // Nothing is booked of it.
      if (one.state === 'gone') return undefined;
      if (one.state === 'sent') {
        // It is not in the way of another one for ever; if it is mined later it is listed again, and booked.
        return tip - one.startHeight > CALL_BLOCKS ? this.#move(one, { state: 'gone' }, []) : undefined;
      }
      const originals = [shieldMinedEntry(this.#named(one)), shieldReadyEntry(this.#named(one))];
      const booked = one.state === 'mined' ? originals.slice(0, 1) : originals;
      const next = { state: 'sent', generation: one.generation + 1 } as const;
      return this.#move(one, next, [shieldUndoneEntry(this.#named(one), booked)]);
    }
    if (one.state === 'sent' || one.state === 'gone')
      return this.#move(one, { state: 'mined' }, [shieldMinedEntry(this.#named(one))]);
    if (one.state === 'mined' && place.depth >= READY_DEPTH)
      return this.#move(one, { state: 'ready' }, [shieldReadyEntry(this.#named(one))]);
    if (one.state === 'ready' && place.depth >= FINAL_DEPTH) return this.#move(one, { state: 'closed' }, []);
    return undefined;
  }

  /** Books what the wallet lists and the ledger does not know, and ends a call of which nothing comes any more. */
  async #adopt(calling: StoredShielding, shielder: Shielder, tip: number): Promise<StepResult> {
    const operation = calling.operation === null ? null : await shielder.poll(calling.operation);
    const listed = await shielder.list(Math.max(0, calling.startHeight - LOOK_BACK));
    const unknown = await this.#modules.writer.read((queries) => this.#store.unknown(queries, listed));
    const [first] = unknown;
    if (first !== undefined) return this.#move(calling, { ...first, state: 'sent' }, []);
    const isOver = operation?.kind === 'nothing_happened' || tip - calling.startHeight > CALL_BLOCKS;
    if (isOver) return this.#move(calling, { state: 'failed' }, []);
    return waits('the wallet shields');
  }

  /**
   * Begins to shield what is mature, where nothing is under way.
   * @returns undefined if there is nothing to begin
   * @throws where wallet or nodes do not answer
   */
  async begin(): Promise<StepResult | undefined> {
    const { wallet, witness, shielder, writer, clock, unique } = this.#modules;
    const tip = (await witness.tip())?.height;
    if (shielder === null || tip === undefined) return undefined;
    const { options } = this.#teller;
    const control = await this.#teller.control();
    if (control.hold !== null || (control.mode !== 'auto' && control.mode !== 'approve')) return undefined;
    const funds = await wallet.funds();
    if (funds.coinbase < options.shieldFrom || funds.coinbase === 0n) return undefined;
    const check = await checkBeforeCall(this.#modules, this.#teller.store, control);
    if (check.kind === 'waits') return { kind: 'waits', batch: null, why: check.why, detail: check.detail };
    const target = await shielder.target();
    const isOwn = (await wallet.ownReceivers([target.receiver])).has(target.receiver);
    if (check.kind === 'hold' || !isOwn) {
      const detail = `the shielding target ${target.address} is not an address of this wallet`;
      await this.#teller.holdWallet(check.kind === 'hold' ? check : { reason: 'wallet_changed', detail });
      return { kind: 'waits', batch: null, why: 'held', detail };
    }
    const shielding: StoredShielding = {
      id: `${options.chain}-${unique()}`,
      state: 'calling',
      version: 1,
      calledMs: clock.nowMs(),
      startHeight: tip,
      operation: null,
      txid: null,
      generation: 1,
      value: null,
      fee: null,
    };
    await writer.transact((queries) => this.#store.insert(queries, shielding));
    const answer = await shielder.start(target);
    if (answer.kind === 'nothing_happened') return this.#move(shielding, { state: 'failed' }, []);
    const operation = answer.kind === 'operation' ? answer.id : null;
    return this.#move(shielding, { operation }, []);
  }

  async #move(
    before: StoredShielding,
    change: Partial<StoredShielding>,
    entries: readonly Entry[],
  ): Promise<StepResult> {
    const { writer, books, clock } = this.#modules;
    const after = { ...before, ...change };
    await writer.transact(async (queries: Queries) => {
      await this.#store.save(queries, before, after);
      const timeMs = clock.nowMs();
      for (const entry of entries) await books.post(queries, entry, timeMs);
      await books.audit(queries, {
        timeMs,
        actor: PROGRAM,
        action: 'shielding',
        subject: { kind: 'shielding', name: after.id },
        content: { state: after.state, txid: after.txid },
      });
    });
    return { kind: 'moved', batch: null, detail: `shielding ${after.txid ?? after.id}: ${after.state}` };
  }

  #named({ txid, generation, value, fee }: StoredShielding): Shielding {
    const { chain } = this.#teller.options;
    return { chain, txid: txid ?? '', generation, value: value ?? 0n, fee: fee ?? 0n };
  }
}

function waits(detail: string): StepResult {
  return { kind: 'waits', batch: null, why: 'shielding', detail };
}
