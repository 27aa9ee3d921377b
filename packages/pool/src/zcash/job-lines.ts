import { jobIdOf, type ZcashJob, type ZcashJobFields, zcashNotifyLine } from '@adit/stratum';

/** Makes the two `mining.notify` lines of a job, each time that they are asked for. */
export class JobLines {
  readonly #sequence: number;
  readonly #fields: ZcashJobFields;
  readonly #extras: readonly string[];

  /** @param extras the Equihash parameters, where miners need them */
  constructor(sequence: number, fields: ZcashJobFields, extras: readonly string[]) {
    this.#sequence = sequence;
    const { version, prevHash, merkleRoot, reserved, time, bits } = fields;
    this.#fields = { version, prevHash, merkleRoot, reserved, time, bits };
    this.#extras = extras;
  }

  get cleanLine(): Uint8Array {
    return this.#line(true);
  }

  get keepLine(): Uint8Array {
    return this.#line(false);
  }

  #line(clean: boolean): Uint8Array {
    return Buffer.from(zcashNotifyLine(jobIdOf(this.#sequence), this.#fields, clean, this.#extras));
  }
}

/** A job of few connections: it has a header of its own, and the number, order and targets of a job for all. */
export class PayingJob implements ZcashJob {
  readonly sequence: number;
  readonly terms: number;
  readonly order: number;
  readonly networkTarget: bigint;
  readonly oldestKnown: number;
  readonly #lines: JobLines;

  constructor(job: Required<Omit<ZcashJob, 'cleanLine' | 'keepLine'>>, lines: JobLines) {
    this.sequence = job.sequence;
    this.terms = job.terms;
    this.order = job.order;
    this.networkTarget = job.networkTarget;
    this.oldestKnown = job.oldestKnown;
    this.#lines = lines;
  }

  get cleanLine(): Uint8Array {
    return this.#lines.cleanLine;
  }

  get keepLine(): Uint8Array {
    return this.#lines.keepLine;
  }
}
