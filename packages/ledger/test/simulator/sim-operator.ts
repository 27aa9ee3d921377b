import type { PayoutCommands, PayoutMode } from '@adit/ledger';
import type { BatchPosition } from '@adit/money';
import { isExpected } from './expected-errors.ts';
import type { Random } from './random.ts';
import type { SimBuildingWallet } from './sim-building-wallet.ts';
import type { SimSendingWallet } from './sim-sending-wallet.ts';

const OPERATOR = { name: 'operator', reason: 'the simulation says so' };

/** What an operator knows and does it with. */
export interface SimOperatorModules {
  readonly random: Random;
  readonly wallet: SimSendingWallet | SimBuildingWallet;
  readonly log: ((line: string) => void) | undefined;
}

/** Holds that only a person's word about amounts ends. */
const BOOKED_FOR: ReadonlySet<string | null> = new Set(['match_partial', 'payment_unknown']);

/** Somebody at the keyboard of the simulated pool. */
export class SimOperator {
  readonly #modules: SimOperatorModules;

  constructor(modules: SimOperatorModules) {
    this.#modules = modules;
  }

  /** An operator who types at random. What it says about amounts is true: against a false word there is no help. */
  async types(commands: PayoutCommands): Promise<void> {
    const { random, wallet, log } = this.#modules;
    try {
      const batches = await commands.list();
      const id = batches.length === 0 ? 'none' : random.pick(batches).position.id;
      const modes: readonly PayoutMode[] = ['off', 'plan', 'approve', 'auto', 'auto', 'auto'];
      const mineOf = (batch: string) => wallet.made.find(({ tag }) => tag === `adit:${batch}`);
      const typed = {
        hold: () => commands.hold(id, OPERATOR),
        hold_all: () => commands.hold('all', OPERATOR),
        resume: () => commands.resume(id, OPERATOR),
        resume_all: () => commands.resume('all', OPERATOR),
        discard: () => commands.discard(id, OPERATOR),
        approve: () => commands.approve(id, OPERATOR),
        unpaid: () => commands.resolveUnpaid(id, OPERATOR),
        mode: () => commands.setMode(random.pick(modes), OPERATOR),
        // Whatever it names: a transaction that does not pay the plan is not taken.
        paid: async () => {
          const named = random.chance(0.2) ? random.pick(['nobody-1', 'nobody-2']) : mineOf(id)?.txid;
          if (named !== undefined) await commands.resolvePaid(id, named, OPERATOR);
        },
        book: () => this.#book(commands, id),
      };
      const command = random.pick(Object.keys(typed) as (keyof typeof typed)[]);
      log?.(`  operator: ${command} ${id}`);
      await typed[command]();
    } catch (error) {
      if (!isExpected(error)) throw error;
    }
  }

  async #helpsOne(commands: PayoutCommands, { id, reason }: BatchPosition): Promise<void> {
    try {
      if (BOOKED_FOR.has(reason)) await this.#book(commands, id);
    } catch (error) {
      if (!isExpected(error)) throw error;
      this.#modules.log?.(`  operator: ${String(error)}`);
    }
    const { position } = await commands.show(id);
    if (position.state === 'held') await commands.resume(id, OPERATOR);
  }

  /** Books a transaction of a held batch by what it really paid to whom. */
  async #book(commands: PayoutCommands, id: string): Promise<void> {
    const { wallet, log } = this.#modules;
    const batch = await commands.show(id);
    const made = wallet.made.find(({ tag }) => tag === batch.tag);
    if (made === undefined) return;
    const left = new Map<string, bigint>();
    for (const { receiver, amount } of made.outputs) left.set(receiver, (left.get(receiver) ?? 0n) + amount);
    const paid = new Map<string, bigint>();
    for (const { account, payee, amount } of batch.items) {
      const rest = left.get(payee.receiver) ?? 0n;
      const got = rest < amount ? rest : amount;
      left.set(payee.receiver, rest - got);
      paid.set(account, got);
    }
    const elsewhere = [...left.values()].reduce((sum, amount) => sum + amount, 0n);
    // What a payee got beyond the plan is said of one of its accounts.
    for (const { account, payee } of batch.items) {
      const beyond = left.get(payee.receiver) ?? 0n;
      left.set(payee.receiver, 0n);
      paid.set(account, (paid.get(account) ?? 0n) + beyond);
    }
    const others = [...left.values()].reduce((sum, amount) => sum + amount, 0n);
    await commands.book(id, { txid: made.txid, paid, elsewhere: others }, OPERATOR);
    log?.(`  operator: booked ${id}, ${elsewhere} of it beyond the plan`);
  }

  /** An operator who lets go on what is held, as the help says. */
  async helps(commands: PayoutCommands): Promise<void> {
    try {
      const { control, held } = await commands.status();
      if (control.mode !== 'auto') await commands.setMode('auto', OPERATOR);
      for (const { position } of held) await this.#helpsOne(commands, position);
      if (control.hold !== null) await commands.resume('all', OPERATOR);
    } catch (error) {
      if (!isExpected(error)) throw error;
    }
  }
}
