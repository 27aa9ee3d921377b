import type { BatchEvidence, HoldReason } from '@adit/money';
import { AditError } from '@adit/primitives';
import type { BatchTeller } from './batch-teller.ts';
import { bookGap } from './book-gap.ts';
import { historyFrom, matchIn, proveExpired, proveNoTransaction } from './evidence.ts';
import { giveBackUnpaid } from './give-back-unpaid.ts';
import { HOLD_HELP } from './hold-help.ts';
import { tellBatch } from './move-batch.ts';
import {
  PAYOUT_MODES,
  type PayoutControl,
  type PayoutMode,
  readControl,
  saveControl,
} from './payout-control.ts';
import type { Actor, PayoutModules } from './payout-modules.ts';
import type { PayoutService } from './payout-service.ts';
import { type Reconciliation, reconcileWallet } from './reconcile.ts';
import { type Replacement, replacePayments } from './replace-payments.ts';
import type { BatchFactsChange, StoredBatch } from './stored-batch.ts';

/** What an operator sees of the payouts of a wallet account. */
export interface PayoutStatus {
  readonly control: PayoutControl;
  readonly open: StoredBatch | undefined;
  readonly planned: readonly StoredBatch[];
  readonly held: readonly StoredBatch[];
  /** For each reason that stops payouts: what it means, and the command that helps. */
  readonly stops: readonly { readonly reason: HoldReason; readonly meaning: string; readonly help: string }[];
}

/** What an operator can do about payouts. Every command that changes something leaves a row in the audit, with its reason. */
export class PayoutCommands {
  readonly #service: PayoutService;
  readonly #teller: BatchTeller;
  readonly #modules: PayoutModules;

  constructor(service: PayoutService, modules: PayoutModules) {
    this.#service = service;
    this.#teller = service.teller;
    this.#modules = modules;
  }

  async status(): Promise<PayoutStatus> {
    const { writer } = this.#modules;
    const { store, options } = this.#teller;
    const found = await writer.read(async (queries) => ({
      control: await readControl(queries, options),
      ...(await store.current(queries)),
      planned: await store.planned(queries),
    }));
    const reasons = new Set(
      [found.control.hold?.reason, ...found.held.map(({ position }) => position.reason)].filter(
        (reason) => reason !== undefined && reason !== null,
      ),
    );
    return { ...found, stops: [...reasons].map((reason) => ({ reason, ...HOLD_HELP[reason] })) };
  }

  list(): Promise<readonly StoredBatch[]> {
    return this.#modules.writer.read((queries) => this.#teller.store.all(queries));
  }

  /** @throws AditError `ADIT_PAYOUT_REFUSED` for an unknown id */
  async show(id: string): Promise<StoredBatch> {
    const batch = await this.#modules.writer.read((queries) => this.#teller.store.find(queries, id));
    return known(batch, id);
  }

  /** @throws AditError `ADIT_PAYOUT_REFUSED` if it is not planned, or does not fit what is owed any more */
  async approve(id: string, actor: Actor): Promise<void> {
    checkActor(actor);
    const batch = await this.show(id);
    if (batch.position.state !== 'planned')
      throw refusal(`batch ${id} is ${batch.position.state}, not planned`);
    const open = await this.#modules.writer.read((queries) => this.#teller.store.open(queries));
    if (open !== undefined) throw refusal(`batch ${open.position.id} of this wallet is still open`);
    await this.#service.approvePlan(batch, actor);
    const { position } = await this.show(id);
    if (position.state === 'discarded')
      throw refusal(`batch ${id} does not fit what is owed any more; plan again`);
  }

  async setMode(mode: PayoutMode, actor: Actor): Promise<void> {
    if (!PAYOUT_MODES.includes(mode)) throw refusal(`the modes are ${PAYOUT_MODES.join(', ')}, not ${mode}`);
    await this.#change('payouts_mode', actor, (control) => ({ ...control, mode }), { mode });
  }

  /** Stops one batch, or all payouts of the wallet. */
  async hold(id: string | 'all', actor: Actor): Promise<void> {
    checkActor(actor);
    if (id === 'all')
      await this.#teller.holdWallet({ reason: 'operator', detail: actor.reason ?? '' }, actor);
    else await this.#tell(id, actor, { kind: 'hold', reason: 'operator' });
  }

  /**
   * Lets a batch go on where it was held, or the payouts of the wallet. Resuming the wallet accepts the wallet that is there now, if
   * nothing is open that another one made.
   */
  async resume(id: string | 'all', actor: Actor): Promise<void> {
    if (id !== 'all') {
      await this.#tell(id, actor, { kind: 'resumed' }, { detail: null });
      return;
    }
    const { hold } = await this.#teller.control();
    const accepted: Partial<PayoutControl> =
      hold?.reason === 'wallet_changed' || hold?.reason === 'foreign_nonce' ? await this.#acceptWallet() : {};
    await this.#change(
      'payouts_resumed',
      actor,
      (now) => {
        // What was held in between, nobody has looked at.
        if (now.hold?.sinceMs !== hold?.sinceMs || now.hold?.reason !== hold?.reason)
          throw new AditError(
            'ADIT_PAYOUT_CHANGED',
            'payouts are held for another reason now; nothing was changed',
          );
        return { ...now, ...accepted, hold: null };
      },
      {},
    );
  }

  /** Gives a batch up of which no valid transaction can exist. @throws AditError `ADIT_PAYOUT_REFUSED` otherwise */
  async discard(id: string, actor: Actor): Promise<void> {
    await this.#tell(id, actor, { kind: 'discarded' });
  }

  /** Names the transaction that paid a held batch. The chain still has to confirm it. */
  async resolvePaid(id: string, txid: string, actor: Actor): Promise<void> {
    await this.#tell(id, actor, { kind: 'named_paid', txid });
  }

  /**
   * Gives the balances of a batch back, if a proof that it was not paid can be had now.
   * @throws AditError `ADIT_PAYOUT_REFUSED` with what is missing
   */
  async resolveUnpaid(id: string, actor: Actor): Promise<void> {
    checkActor(actor);
    const { wallet, witness, writer } = this.#modules;
    const { margin } = this.#teller.options;
    const batch = await this.show(id);
    if (wallet.kind === 'nonce') {
      await giveBackUnpaid(batch, this.#teller, { ...this.#modules, wallet }, actor);
      return;
    }
    const { lists } = this.#modules;
    if (lists !== undefined && !(await lists.isWithdrawn(id)))
      throw refusal(
        `nobody said of list ${id} that it was not paid, and what the folder lacks proves nothing`,
      );
    const history = wallet.kind === 'sending' ? await wallet.history(historyFrom(batch)) : null;
    const proof =
      batch.position.txids.length > 0 || history === null || wallet.kind !== 'sending'
        ? await proveExpired(batch, history, this.#modules, margin)
        : await proveNoTransaction(
            batch,
            {
              history,
              match: await writer.read((queries) => matchIn(queries, this.#teller.store, batch, history)),
              identity: await wallet.identity(),
              hasRemembered: await wallet.remembers(batch.remembered),
              life: wallet.life,
            },
            this.#modules,
            margin,
          );
    if (!proof.isProved)
      throw refusal(`batch ${id} is not proved unpaid: ${proof.detail} (${proof.missing.join(', ')})`);
    const closedAt = (await witness.tip())?.height ?? null;
    await this.#tell(id, actor, { kind: 'proved_unpaid', proofs: proof.proofs }, { closedAt });
  }

  /**
   * Signs a transaction that takes the place of payments which no block has: the same payments at a higher price, or cancellations. The
   * ledger sends it. Only for accounts with nonces.
   * @returns how many payments get one
   * @throws AditError `ADIT_PAYOUT_REFUSED` where nothing can be replaced
   */
  async replace(id: string, how: Replacement, actor: Actor): Promise<number> {
    checkActor(actor);
    const { wallet } = this.#modules;
    if (wallet.kind !== 'nonce') throw refusal('payments of this wallet cannot be replaced');
    return replacePayments(await this.show(id), how, this.#teller, { ...this.#modules, wallet }, actor);
  }

  /** Compares the wallet with the books. It changes nothing. */
  async reconcile(): Promise<Reconciliation> {
    const { wallet, writer, books, pendingIncome } = this.#modules;
    const funds = await wallet.funds();
    const pending = await pendingIncome();
    return writer.read(async (queries) =>
      reconcileWallet(queries, books, funds, pending, await this.#teller.store.open(queries)),
    );
  }

  /**
   * Books the gap between wallet and books: a person used the wallet, and says so.
   * @returns what it was
   * @throws AditError `ADIT_PAYOUT_REFUSED` if there is none, or something is under way
   */
  async bookGap(actor: Actor): Promise<Reconciliation> {
    checkActor(actor);
    const { options, store } = this.#teller;
    const booked = await bookGap(actor, { options, store, modules: this.#modules });
    if (typeof booked === 'string') throw refusal(booked);
    return booked;
  }

  /** Whether the batch may take the evidence is judged in the transaction: a ledger that runs may change it until then. */
  async #tell(
    id: string,
    actor: Actor,
    evidence: BatchEvidence,
    facts: BatchFactsChange = {},
  ): Promise<void> {
    checkActor(actor);
    const { store } = this.#teller;
    const outcome = await this.#modules.writer.transact(async (queries) =>
      tellBatch(
        queries,
        known(await store.find(queries, id), id),
        evidence,
        facts,
        this.#teller.context(actor),
      ),
    );
    if (outcome.kind === 'refused')
      throw refusal(`batch ${id} is ${outcome.batch.position.state}: ${outcome.why.replaceAll('_', ' ')}`);
  }

  /** The wallet that is there now, from now on, if nothing is open that another one made. */
  async #acceptWallet(): Promise<Pick<PayoutControl, 'identity' | 'identitySinceMs'>> {
    const { wallet, clock, writer } = this.#modules;
    const open = await writer.read((queries) => this.#teller.store.open(queries));
    if (open !== undefined && open.position.state !== 'reserved')
      throw refusal(`batch ${open.position.id} was begun with the other wallet; resolve it first`);
    return { identity: await wallet.identity(), identitySinceMs: clock.nowMs() };
  }

  async #change(
    action: string,
    actor: Actor,
    change: (control: PayoutControl) => PayoutControl,
    content: Readonly<Record<string, string>>,
  ): Promise<void> {
    checkActor(actor);
    const { writer, books, clock } = this.#modules;
    const { options } = this.#teller;
    await writer.transact(async (queries) => {
      const before = await readControl(queries, options);
      await saveControl(queries, options, before, change(before));
      await books.audit(queries, {
        timeMs: clock.nowMs(),
        actor,
        action,
        subject: { kind: 'wallet', name: options.wallet },
        content,
      });
    });
  }
}

/** An operator has a name, and says why. */
function checkActor({ name, reason }: Actor): void {
  if (name === '' || reason === null || reason === '') throw refusal('a name and a reason are needed');
}

function known(batch: StoredBatch | undefined, id: string): StoredBatch {
  if (batch === undefined) throw refusal(`there is no batch ${id}`);
  return batch;
}

function refusal(message: string): AditError {
  return new AditError('ADIT_PAYOUT_REFUSED', `${message}; nothing was changed`);
}
