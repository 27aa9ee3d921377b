import type { PayoutCommands, PayoutMode } from '@adit/ledger';
import { isExpected } from './expected-errors.ts';
import type { Random } from './random.ts';
import type { SimBuildingWallet } from './sim-building-wallet.ts';
import type { SimSendingWallet } from './sim-sending-wallet.ts';
import type { Truth } from './truth.ts';

const OPERATOR = { name: 'operator', reason: 'the simulation says so' };

/** What an operator knows and does it with. */
export interface SimOperatorModules {
  readonly random: Random;
  readonly truth: Truth;
  readonly wallet: SimSendingWallet | SimBuildingWallet;
  readonly log: ((line: string) => void) | undefined;
}

/** Somebody at the keyboard of the simulated pool. */
export class SimOperator {
  readonly #modules: SimOperatorModules;

  constructor(modules: SimOperatorModules) {
    this.#modules = modules;
  }

  /** An operator who types at random. What it names as paid is true: against a false word there is no help. */
  async types(commands: PayoutCommands): Promise<void> {
    const { random, truth, wallet, log } = this.#modules;
    try {
      const batches = await commands.list();
      const id = batches.length === 0 ? 'none' : random.pick(batches).position.id;
      const modes: readonly PayoutMode[] = ['off', 'plan', 'approve', 'auto', 'auto', 'auto'];
      const typed = {
        hold: () => commands.hold(id, OPERATOR),
        hold_all: () => commands.hold('all', OPERATOR),
        resume: () => commands.resume(id, OPERATOR),
        resume_all: () => commands.resume('all', OPERATOR),
        discard: () => commands.discard(id, OPERATOR),
        approve: () => commands.approve(id, OPERATOR),
        unpaid: () => commands.resolveUnpaid(id, OPERATOR),
        mode: () => commands.setMode(random.pick(modes), OPERATOR),
        paid: async () => {
          const true_ = wallet.made.find(({ tag }) => tag === `adit:${id}`);
          if (true_ !== undefined && truth.isWhole(true_, batches))
            await commands.resolvePaid(id, true_.txid, OPERATOR);
        },
      };
      const command = random.pick(Object.keys(typed) as (keyof typeof typed)[]);
      log?.(`  operator: ${command} ${id}`);
      await typed[command]();
    } catch (error) {
      if (!isExpected(error)) throw error;
    }
  }

  /** An operator who lets go on what is held, as the help says. */
  async helps(commands: PayoutCommands): Promise<void> {
    try {
      const { control, held } = await commands.status();
      if (control.mode !== 'auto') await commands.setMode('auto', OPERATOR);
      for (const { position } of held) await commands.resume(position.id, OPERATOR);
      if (control.hold !== null) await commands.resume('all', OPERATOR);
    } catch (error) {
      if (!isExpected(error)) throw error;
    }
  }
}
