import { targetOfEitherHalf, weightOfEitherHalf } from '@adit/primitives';
import {
  type ServerEffect,
  type TrueJob,
  TrueStratumServerSession,
  type TrueSubmission,
  Vardiff,
  type VardiffOptions,
} from '@adit/stratum';
import { Random } from '@adit/test-kit/random';
import { type ReferenceMinerOptions, ReferenceTrueMiner } from '@adit/test-kit/reference-true-miner';
import { LooseTarget, type LooseTargetOptions } from '../../src/truechain/loose-target.ts';
import { SLOT_MS, SLOTS_AHEAD } from '../../src/truechain/price-schedule.ts';

const STEP_MS = 10;
/** Time of a line in one direction, with the check of a share and its commit. */
const LATENCY_MS = 30;
const SEED_HASH = 'ab'.repeat(32);

interface Seat {
  readonly id: number;
  readonly session: TrueStratumServerSession;
  /** Only where nonces are bound to connections. */
  readonly vardiff: Vardiff | undefined;
  jobs: number;
  readonly miner: ReferenceTrueMiner;
  /** Lines and verdicts that are under way, in order. */
  readonly coming: { readonly at: number; readonly run: () => void }[];
  credited: number;
  /** Hashes that it has done, as an expected number. */
  work: number;
  shares: number;
}

export interface SimulationOptions {
  readonly loose: LooseTargetOptions;
  /** For nonces that are bound to connections, each of which has a target of its own. */
  readonly strict?: VardiffOptions;
  readonly headerMs?: number;
  readonly seed: number;
}

/**
 * A chain with reference miners. The sessions, their lines and the choice of targets are the real ones. Hashes are
 * drawn at random, and time is simulated. Where nonces are bound, the miners use their prefix, as behind a proxy.
 */
export class TrueSimulation {
  readonly target: LooseTarget;
  readonly seats: Seat[] = [];
  readonly weights: bigint[] = [];
  now = 0;
  readonly #headerMs: number;
  readonly #strict: VardiffOptions | undefined;
  /** A random number in [0, 1). */
  readonly #random: () => number;
  readonly #targets = new Map<number, bigint>();
  #job: TrueJob | undefined;
  #sequence = 0;
  #headerAt = Number.NEGATIVE_INFINITY;
  #lookAt = 0;
  readonly #planned: { readonly from: number; readonly weight: bigint }[] = [];

  constructor({ loose, strict, headerMs = 2_000, seed }: SimulationOptions) {
    this.#strict = strict;
    this.target = new LooseTarget(loose, 0);
    this.#headerMs = headerMs;
    const random = new Random(seed);
    this.#random = () => random.uint32() / 2 ** 32;
  }

  add(options: Omit<ReferenceMinerOptions, 'worker'>): Seat {
    const session = new TrueStratumServerSession(
      {
        authorize: () => true,
        failedResult: false,
        strictPrefix: this.#strict !== undefined,
        refreshDelayMs: () => 200 + this.#random() * 100,
        seedsOf: () => undefined,
      },
      {
        nonce1: new Uint8Array(3),
        sessionId: 'f'.repeat(32),
        targets: [{ from: 0, value: targetOfEitherHalf(this.#strict?.startWeight ?? 1n) }],
        refreshMs: 45_000,
      },
    );
    const id = this.seats.length + 1;
    const miner: ReferenceTrueMiner = new ReferenceTrueMiner(
      { ...options, worker: 'miner1' },
      {
        search: (job, _dataset, nonce, hashes) => {
          const weight = Number(weightOfEitherHalf(job.target));
          const found = this.#random() < 1 - (1 - 1 / weight) ** hashes;
          seat.work += hashes;
          return found ? BigInt.asUintN(40, nonce + 1n) : undefined;
        },
      },
      this.now,
    );
    const vardiff = this.#strict === undefined ? undefined : new Vardiff(this.#strict, this.now);
    const seat: Seat = { id, session, vardiff, jobs: 0, miner, coming: [], credited: 0, work: 0, shares: 0 };
    this.seats.push(seat);
    if (this.#job !== undefined) this.#carryOut(seat, session.job(this.#job, true, this.now));
    this.#send(seat, miner.open());
    return seat;
  }

  leave(seat: Seat): void {
    this.seats.splice(this.seats.indexOf(seat), 1);
    this.target.leave(seat.id, this.now);
  }

  run(ms: number): void {
    const end = this.now + ms;
    while (this.now < end) this.#step();
  }

  #step(): void {
    this.now += STEP_MS;
    if (this.now - this.#headerAt >= this.#headerMs) this.#newHeader();
    if (this.now >= this.#lookAt) {
      this.#lookAt += 1_000;
      this.target.look(this.now, false);
      this.#plan();
      for (const { session, vardiff } of this.seats) {
        vardiff?.working(this.now);
        const weight = vardiff?.retarget(this.now);
        if (weight !== undefined) session.setTarget(targetOfEitherHalf(weight), this.#sequence + 1, 0);
      }
    }
    for (const seat of this.seats) {
      while ((seat.coming[0]?.at ?? Number.POSITIVE_INFINITY) <= this.now) seat.coming.shift()?.run();
      this.#send(seat, seat.miner.advance(this.now));
      this.#carryOut(seat, seat.session.tick(this.now));
    }
  }

  /** The weight that was proposed seven slots of five seconds before, as a `PriceSchedule` keeps it. */
  #scheduled(): bigint {
    const slot = Math.floor(this.now / SLOT_MS);
    const { weight } = this.#planned.findLast(({ from }) => from <= slot) ?? {
      weight: this.target.startWeight,
    };
    return weight;
  }

  #plan(): void {
    const from = Math.floor(this.now / SLOT_MS) + SLOTS_AHEAD;
    if ((this.#planned.at(-1)?.from ?? -1) < from) {
      const weight = this.target.propose(this.now);
      this.#planned.push({ from, weight });
      this.target.plan(weight, this.now);
    }
  }

  #newHeader(): void {
    this.#headerAt = this.now;
    this.#sequence += 1;
    const target = targetOfEitherHalf(this.#scheduled());
    this.target.hold(weightOfEitherHalf(target), this.now);
    this.weights.push(this.target.weight);
    this.#targets.set(this.#sequence, target);
    const headerHash = this.#sequence.toString(16).padStart(64, '0');
    this.#job = {
      sequence: this.#sequence,
      order: this.#sequence,
      seedHash: SEED_HASH,
      headerHash,
      target: this.#strict === undefined ? target : undefined,
      networkTarget: 0n,
    };
    for (const seat of this.seats) this.#carryOut(seat, seat.session.job(this.#job, false, this.now));
  }

  #later(seat: Seat, run: () => void): void {
    seat.coming.push({ at: this.now + LATENCY_MS, run });
  }

  #send(seat: Seat, lines: readonly string[]): void {
    for (const line of lines) {
      this.#later(seat, () => this.#carryOut(seat, seat.session.line(Buffer.from(line), this.now)));
    }
  }

  #carryOut(seat: Seat, effects: readonly ServerEffect<TrueSubmission>[]): void {
    for (const effect of effects) {
      if (effect.kind === 'send') {
        for (const line of String(effect.data)
          .split('\n')
          .filter((text) => text !== '')) {
          this.#later(seat, () => this.#send(seat, seat.miner.line(line, this.now)));
        }
      } else if (effect.kind === 'submit') this.#judge(seat, effect.token, effect.submission);
    }
    if (seat.session.jobsSent > seat.jobs) {
      seat.jobs = seat.session.jobsSent;
      seat.vardiff?.granted(weightOfEitherHalf(seat.session.settledTarget), this.now);
    }
    if (seat.session.hasJob) this.target.join(seat.id, this.now);
  }

  #judge(seat: Seat, token: number, { nonces, jobSequence, target: own }: TrueSubmission): void {
    const target = own ?? this.#targets.get(jobSequence);
    this.#later(seat, () => {
      if (nonces[0] === 0n || target === undefined) {
        this.#carryOut(
          seat,
          seat.session.verdict(token, { accepted: false, reason: 'low_difficulty' }, this.now),
        );
        return;
      }
      const weight = weightOfEitherHalf(target);
      seat.credited += Number(weight);
      seat.shares += 1;
      this.target.share(seat.id, weight, this.now);
      seat.vardiff?.onShare(weight);
      this.#carryOut(seat, seat.session.verdict(token, { accepted: true, weight }, this.now));
    });
  }
}
