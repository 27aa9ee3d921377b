import {
  type EquihashParams,
  EquihashVerifier,
  encodeZcashHeader,
  stripSolutionPrefix,
  zcashBlockHash,
} from '@adit/pow';
import {
  concatBytes,
  encodeHex,
  hashValue,
  MAX_TARGET_256,
  readUint32LE,
  targetOfWeight,
  tryDecodeHex,
  weightOfTarget,
} from '@adit/primitives';
import { notificationLine, setTargetLine, zcashNotifyLine } from '@adit/stratum';
import type { Request } from '@adit/wire';
import { CODE } from '../../catalogue/codes.ts';
import type { MinerDialect } from '../dialect.ts';
import { invalid, type SentJob, type ShareVerdict, workIn, type ZcashWork } from '../probe/job.ts';
import type { MinerProbe } from '../probe/miner-probe.ts';
import { type NamedPlace, placeIn } from '../probe/request.ts';

/** The compact target in the header. It is easier than any share target, so a miner that compares with it drops no share. */
const BITS = 0x200f0f0f;
/** Lenient pools let a miner move the time forward by this many seconds. */
export const MAX_ROLL_SECONDS = 7200;
const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));

/** For the checks of this dialect. @throws Error where the probe plays a pool of another one */
export function zcashDialectOf({ dialect }: Pick<MinerProbe, 'dialect'>): ZcashMinerDialect {
  if (dialect instanceof ZcashMinerDialect) return dialect;
  throw new Error('a check of the Zcash dialect was put to a miner of another one');
}

/** The Zcash dialect as a strict pool speaks it. */
export class ZcashMinerDialect implements MinerDialect {
  readonly name = 'zcash';
  readonly widestTarget = MAX_TARGET_256;
  /** A CPU makes a few solutions a second. */
  readonly firstTarget = MAX_TARGET_256;
  readonly nonce1Bytes = 4;
  readonly failedResult = null;
  readonly jobAfterShare = false;
  readonly targetMethod = 'mining.set_target';
  readonly sessionIdPlace = 1;
  readonly hasReconnect = true;
  readonly nullPassword = false;
  readonly fullNonce1Bytes = 32;
  readonly needsNonce1 = true;
  readonly equihash: EquihashParams;
  readonly #verifier: EquihashVerifier;

  constructor(equihash: EquihashParams) {
    this.equihash = equihash;
    this.#verifier = new EquihashVerifier(equihash);
  }

  weight(target: bigint): bigint {
    return weightOfTarget(target);
  }

  targetOf(weight: bigint): bigint {
    return targetOfWeight(weight);
  }

  subscribeResult(sessionId: string | null, nonce1: Uint8Array): readonly unknown[] {
    return [sessionId, encodeHex(nonce1)];
  }

  oddSubscribeResult(nonce1: unknown): readonly unknown[] {
    return nonce1 === undefined ? [null] : [null, nonce1];
  }

  placeNamedIn(subscribe: Request): NamedPlace | undefined {
    return placeIn(subscribe);
  }

  targetLine(target: bigint): string {
    return setTargetLine(target);
  }

  notifyLine(job: SentJob, extras: readonly unknown[] = []): string {
    const line = zcashNotifyLine(job.id, workIn(job, this.name), job.clean);
    if (extras.length === 0) return line;
    const { params } = JSON.parse(line) as { readonly params: readonly unknown[] };
    return notificationLine('mining.notify', [...params, ...extras]);
  }

  newWork(): ZcashWork {
    return {
      kind: 'zcash',
      version: 4,
      prevHash: random(32),
      merkleRoot: random(32),
      reserved: random(32),
      time: Math.floor(Date.now() / 1000),
      bits: BITS,
    };
  }

  workAfter(): ZcashWork {
    return this.newWork();
  }

  answer(): undefined {}

  judge(params: readonly unknown[], job: SentJob): { key: string; verdict: ShareVerdict } {
    const [, , timeText, nonce2Text, solutionText] = params;
    // JSON text is safe for every value that the miner may send. String(value) would throw for some objects.
    const key = JSON.stringify([job.id, timeText, nonce2Text, solutionText]).toLowerCase();
    const verdict = this.#judge(params.length, timeText, nonce2Text, solutionText, job);
    return { key, verdict };
  }

  #judge(
    count: number,
    timeText: unknown,
    nonce2Text: unknown,
    solutionText: unknown,
    job: SentJob,
  ): ShareVerdict {
    const { nonce1 } = job;
    const work = workIn(job, this.name);
    if (count !== 5) return invalid(CODE.other, `it has ${count} parameters, not 5`, job);
    const time = tryDecodeHex(timeText, 4);
    if (time === undefined) return invalid(CODE.other, 'its time is not 8 hex digits', job);
    const seconds = readUint32LE(time);
    if (seconds < work.time || seconds > work.time + MAX_ROLL_SECONDS) {
      return invalid(CODE.other, `its time is ${seconds}, and that of the job is ${work.time}`, job);
    }
    const nonce2 = tryDecodeHex(nonce2Text);
    const wanted = 32 - nonce1.length;
    if (nonce2?.length !== wanted)
      return invalid(CODE.other, `its nonce2 is not ${wanted} bytes of hex`, job);
    const prefixed = tryDecodeHex(solutionText);
    if (prefixed === undefined) return invalid(CODE.other, 'its solution is not hex', job);
    const { sizes } = this.#verifier;
    const solution = stripSolutionPrefix(prefixed, sizes);
    if (solution === undefined) {
      const words = `${encodeHex(sizes.prefix)} and ${sizes.solutionBytes} bytes`;
      return invalid(
        CODE.other,
        `its solution is not ${words} (it has ${prefixed.length} bytes in all)`,
        job,
      );
    }
    const header = encodeZcashHeader({ ...work, time: seconds, nonce: concatBytes(nonce1, nonce2) });
    const proof = this.#verifier.verify(header, solution);
    if (proof !== 'valid') {
      return invalid(
        CODE.other,
        `its solution does not solve nonce1, nonce2 and the header (${proof.replaceAll('_', ' ')})`,
        job,
      );
    }
    if (hashValue(zcashBlockHash(header, prefixed)) > job.target)
      return invalid(CODE.low, 'its hash is above the target of its job', job);
    return {
      valid: true,
      job,
      ...(seconds === work.time ? {} : { note: `the time was moved by ${seconds - work.time} s` }),
    };
  }
}
