import { randomBytes } from 'node:crypto';
import {
  blockHalf,
  EPOCH0_DATASET_HASH,
  epoch0Seeds,
  fruitHalf,
  TrueHashDataset,
  TrueHasher,
} from '@adit/pow';
import { decodeHex } from '@adit/primitives';
import {
  portAuthorizer,
  type ServerEffect,
  seedsResult,
  type TrueJob,
  type TrueStratumServerOptions,
  TrueStratumServerSession,
  type TrueSubmission,
} from '@adit/stratum';
import { type Engine, type EngineSession, refuse } from './engine.ts';
import type { Fault, TestPoolOptions } from './fault.ts';

/** One digest in 64 has a half below this target. */
export const TRUE_TARGET = 1n << 121n;

/** A right TrueStratum pool. It makes its own work, all of it in epoch 0. */
export function trueEngine(_options: TestPoolOptions, fault: Fault): Engine {
  const hasher = new TrueHasher(TrueHashDataset.epoch0());
  const headers = new Map<number, Uint8Array>();
  const seen = new Set<string>();
  let seeds: string | undefined;
  let sequence = 0;
  let oldestLive = 1;
  let current: TrueJob | undefined;

  const serverOptions: TrueStratumServerOptions = {
    authorize: portAuthorizer(),
    failedResult: false,
    strictPrefix: false,
    refreshDelayMs: () => 0,
    seedsOf: () => {
      seeds ??= seedsResult(epoch0Seeds(), decodeHex(EPOCH0_DATASET_HASH, 32, 'hash'));
      return seeds;
    },
  };

  function nextJob(clean: boolean): void {
    sequence += 1;
    if (clean) oldestLive = sequence;
    const header = randomBytes(32);
    headers.set(sequence, header);
    current = {
      sequence,
      order: sequence,
      seedHash: EPOCH0_DATASET_HASH,
      headerHash: header.toString('hex'),
      target: TRUE_TARGET,
      networkTarget: 0n,
    };
  }

  function judge(submission: unknown) {
    const { jobSequence, nonces } = submission as TrueSubmission;
    const header = headers.get(jobSequence);
    if (header === undefined) return refuse('job_not_found');
    if (jobSequence < oldestLive) return refuse('stale_job');
    for (const nonce of nonces) {
      const digest = hasher.hash(header, nonce);
      if (blockHalf(digest) > TRUE_TARGET && fruitHalf(digest) > TRUE_TARGET) continue;
      const key = `${jobSequence} ${nonce}`;
      if (seen.has(key)) return refuse('duplicate_share');
      seen.add(key);
      return { accepted: true, weight: 32n } as const;
    }
    return refuse('low_difficulty');
  }

  function open(n: number): EngineSession {
    const session = new TrueStratumServerSession(serverOptions, {
      nonce1: fault.nonce1?.(n) ?? Uint8Array.of((n >> 8) & 255, n & 255),
      sessionId: fault.sessionId?.(n) ?? randomBytes(16).toString('hex'),
      targets: [],
      refreshMs: 50_000,
    });
    const jobNow = (clean: boolean): ServerEffect<unknown>[] =>
      current === undefined ? [] : session.job(current, clean, performance.now());
    jobNow(true);
    return {
      line: (line) => session.line(line, performance.now()),
      verdict: (token, verdict) => session.verdict(token, verdict, performance.now()),
      tick: () => session.tick(performance.now()),
      job: jobNow,
      closed: () => {},
    };
  }

  nextJob(true);
  return { open, nextJob, judge };
}
