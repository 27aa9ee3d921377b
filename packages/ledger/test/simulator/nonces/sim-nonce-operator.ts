import type { PayoutCommands, PayoutMode } from '@adit/ledger';
import { isExpected } from '../expected-errors.ts';
import type { Random } from '../random.ts';

const OPERATOR = { name: 'operator', reason: 'the simulation says so' };
const MODES: readonly PayoutMode[] = ['off', 'plan', 'approve', 'auto', 'auto', 'auto'];

/** Somebody at the keyboard of a pool that pays by nonces. */
export class SimNonceOperator {
  readonly #random: Random;
  readonly #log: ((line: string) => void) | undefined;

  constructor(random: Random, log: ((line: string) => void) | undefined) {
    this.#random = random;
    this.#log = log;
  }

  /** Types at random. */
  async types(commands: PayoutCommands): Promise<void> {
    const random = this.#random;
    await this.#quietly(async () => {
      const batches = await commands.list();
      const id = batches.length === 0 ? 'none' : random.pick(batches).position.id;
      const open = (await commands.status()).open?.position.id ?? id;
      const typed = {
        hold: () => commands.hold(id, OPERATOR),
        hold_all: () => commands.hold('all', OPERATOR),
        resume: () => commands.resume(id, OPERATOR),
        resume_all: () => commands.resume('all', OPERATOR),
        discard: () => commands.discard(id, OPERATOR),
        approve: () => commands.approve(id, OPERATOR),
        unpaid: () => commands.resolveUnpaid(id, OPERATOR),
        mode: () => commands.setMode(random.pick(MODES), OPERATOR),
        speed_up: () => commands.replace(open, 'speed_up', OPERATOR),
        cancel: () => commands.replace(open, 'cancel', OPERATOR),
      };
      const command = random.pick(Object.keys(typed) as (keyof typeof typed)[]);
      this.#log?.(`  operator: ${command} ${id}`);
      await typed[command]();
    });
  }

  /** Lets go on what is held, as the help says. */
  async helps(commands: PayoutCommands): Promise<void> {
    await this.#quietly(async () => {
      const { control, held } = await commands.status();
      if (control.mode !== 'auto') await commands.setMode('auto', OPERATOR);
      for (const { position } of held) {
        const { id, reason } = position;
        if (reason === 'foreign_nonce') await this.#quietly(() => commands.resolveUnpaid(id, OPERATOR));
        if (reason === 'fee_too_high') await commands.discard(id, OPERATOR);
        else await commands.resume(id, OPERATOR);
      }
      if (control.hold !== null) await commands.resume('all', OPERATOR);
    });
  }

  /** Books what somebody else took with the key, when nothing of the nodes is in doubt. */
  async books(commands: PayoutCommands): Promise<void> {
    await this.#quietly(() => commands.bookGap(OPERATOR));
  }

  async #quietly(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#log?.(`  operator: ${String(error)}`);
      if (!isExpected(error)) throw error;
    }
  }
}
