import { randomBytes } from 'node:crypto';
import { EquihashVerifier, encodeZcashHeader, equihashSizes, zcashBlockHash } from '@adit/pow';
import { concatBytes, encodeHex, hashValue, uint32LE } from '@adit/primitives';
import {
  jobIdOf,
  portAuthorizer,
  type ServerEffect,
  type ZcashJob,
  type ZcashJobFields,
  type ZcashKept,
  type ZcashServerOptions,
  ZcashServerSession,
  type ZcashSubmission,
  zcashNotifyLine,
} from '@adit/stratum';
import { type Engine, type EngineSession, refuse } from './engine.ts';
import type { Fault, TestPoolOptions } from './fault.ts';

export const SMALL_EQUIHASH = { n: 48, k: 5, personalization: 'ZcashPoW' };
/** One solution in eight meets this target. */
export const ZCASH_TARGET = (1n << 253n) - 1n;
const SIZES = equihashSizes(SMALL_EQUIHASH);
/** Seconds that a header may be ahead of its job. */
const AHEAD = 60;

/** A right Zcash pool. It makes its own work. */
export function zcashEngine(options: TestPoolOptions, fault: Fault): Engine {
  const verifier = new EquihashVerifier(SMALL_EQUIHASH);
  const jobs = new Map<number, ZcashJobFields>();
  const seen = new Set<string>();
  const kept = new Map<string, ZcashKept>();
  let sequence = 0;
  let oldestLive = 1;
  let current: ZcashJob | undefined;
  let block = randomBytes(32);

  const serverOptions: ZcashServerOptions = {
    authorize: portAuthorizer(),
    failedResult: null,
    solutionPrefix: SIZES.prefix,
    solutionBytes: SIZES.solutionBytes,
    nonceLayout: 'leading',
    jobOnSubscribe: false,
    resume: (id) => {
      const session = kept.get(id);
      kept.delete(id);
      return session;
    },
  };

  function nextJob(clean: boolean): void {
    sequence += 1;
    if (clean) {
      oldestLive = sequence;
      block = randomBytes(32);
    }
    const fields: ZcashJobFields = {
      version: 4,
      prevHash: block,
      merkleRoot: randomBytes(32),
      reserved: randomBytes(32),
      time: Math.floor(Date.now() / 1000),
      bits: 0x2007ffff,
    };
    jobs.set(sequence, fields);
    const id = jobIdOf(sequence);
    current = {
      sequence,
      order: sequence,
      cleanLine: Buffer.from(zcashNotifyLine(id, fields, true)),
      keepLine: Buffer.from(zcashNotifyLine(id, fields, false)),
      networkTarget: 0n,
      oldestKnown: 1,
    };
  }

  function judge(submission: unknown) {
    const { jobSequence, time, nonce, solution, target } = submission as ZcashSubmission;
    const job = jobs.get(jobSequence);
    if (job === undefined) return refuse('job_not_found');
    if (jobSequence < oldestLive) return refuse('stale_job');
    if (time < job.time || time > job.time + AHEAD) return refuse('bad_time');
    const header = encodeZcashHeader({ ...job, time, nonce });
    const hash = zcashBlockHash(header, concatBytes(SIZES.prefix, solution));
    if (seen.has(encodeHex(hash))) return refuse('duplicate_share');
    if (hashValue(hash) > target) return refuse('low_difficulty');
    if (verifier.verify(header, solution) !== 'valid') return refuse('invalid_solution');
    seen.add(encodeHex(hash));
    return { accepted: true, weight: 8n } as const;
  }

  function open(n: number): EngineSession {
    const sessionId = options.keepsSessions ? randomBytes(16).toString('hex') : null;
    const session = new ZcashServerSession(serverOptions, {
      nonce1: fault.nonce1?.(n) ?? uint32LE(n),
      sessionId: fault.sessionId === undefined ? sessionId : fault.sessionId(n),
      targets: [{ from: 0, value: ZCASH_TARGET }],
    });
    const jobNow = (clean: boolean): ServerEffect<unknown>[] =>
      current === undefined ? [] : session.job(current, clean);
    jobNow(true);
    const suggestions = (effects: ServerEffect<unknown>[]): ServerEffect<unknown>[] => {
      for (const effect of options.followsSuggestions ? effects : [])
        if (effect.kind === 'suggest' && effect.target > 0n)
          session.setTarget(effect.target, sequence + 1, 1);
      return effects;
    };
    return {
      line: (line) => suggestions(session.line(line, performance.now())),
      verdict: (token, verdict) => session.verdict(token, verdict, performance.now()),
      tick: () => [],
      job: jobNow,
      closed: () => {
        const state = session.keep();
        if (state !== undefined) kept.set(state.sessionId, state);
      },
    };
  }

  nextJob(true);
  return { open, nextJob, judge };
}
