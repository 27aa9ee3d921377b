import { type Offence, type PoolStatus, PROBLEMS, type ProblemCause, type Rung } from '@adit/pool';
import { Counter, Gauge, type Registry } from 'prom-client';
import { OFFENCES, RUNGS } from './labels.ts';

/** The measures of the pool against clients that harm it. */
export class ProtectionMetrics {
  readonly #conduct: Counter<'rung' | 'offence'>;
  readonly #slowed: Counter;
  readonly #bans: Gauge;
  readonly #lifted: Counter;
  readonly #unsaved: Gauge;
  readonly #problems: Counter<'cause'>;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#conduct = new Counter({
      name: 'adit_conduct_total',
      help: 'Measures (warn, slow, disconnect, ban), by the offence that led to them',
      labelNames: ['rung', 'offence'],
      registers,
    });
    this.#slowed = new Counter({
      name: 'adit_addresses_slowed_total',
      help: 'Addresses and networks with more refusals than their shares explain',
      registers,
    });
    this.#bans = new Gauge({ name: 'adit_bans', help: 'Banned addresses and networks', registers });
    this.#lifted = new Counter({
      name: 'adit_bans_lifted_total',
      help: 'Bans that an operator lifted',
      registers,
    });
    this.#problems = new Counter({
      name: 'adit_problems_total',
      help: 'Other problems by their causes; the log describes them',
      labelNames: ['cause'],
      registers,
    });
    this.#unsaved = new Gauge({
      name: 'adit_bans_unsaved',
      help: 'Changes of bans that count already and are not on disk',
      registers,
    });
    for (const cause of Object.keys(PROBLEMS)) this.#problems.inc({ cause }, 0);
    for (const rung of RUNGS) for (const offence of OFFENCES) this.#conduct.inc({ rung, offence }, 0);
  }

  conduct(rung: Rung, offence: Offence): void {
    this.#conduct.inc({ rung, offence });
  }

  slowed(): void {
    this.#slowed.inc();
  }

  lifted(): void {
    this.#lifted.inc();
  }

  problem(cause: ProblemCause): void {
    this.#problems.inc({ cause });
  }

  /** Called before each scrape. */
  collect(status: PoolStatus): void {
    this.#bans.set(status.bans);
    this.#unsaved.set(status.bansUnsaved);
  }
}
