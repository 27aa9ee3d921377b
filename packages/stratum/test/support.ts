import assert from 'node:assert/strict';
import {
  jobIdOf,
  MAX_JOB_SEQUENCE,
  type ServerEffect,
  type TrueJob,
  type TrueSessionStart,
  TrueStratumClientSession,
  type TrueStratumServerOptions,
  TrueStratumServerSession,
  type TrueSubmission,
  ZcashClientSession,
  type ZcashJob,
  type ZcashJobFields,
  type ZcashServerOptions,
  ZcashServerSession,
  type ZcashSessionStart,
  type ZcashSubmission,
  zcashNotifyLine,
} from '../src/index.ts';

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
export const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));

/** A message as a line without its end. */
export function line(message: unknown): Uint8Array {
  return bytesOf(typeof message === 'string' ? message : JSON.stringify(message));
}

/** The bytes that effects would write. */
export function written(effects: readonly { readonly kind: string }[]): string {
  return effects
    .flatMap((effect) => {
      if (effect.kind !== 'send') return [];
      const { data } = effect as { kind: 'send'; data: string | Uint8Array };
      return [typeof data === 'string' ? data : new TextDecoder().decode(data)];
    })
    .join('');
}

/** The messages that effects would write; each must be one JSON object on a line of its own. */
export function messages(effects: readonly { readonly kind: string }[]): unknown[] {
  const text = written(effects);
  if (text === '') return [];
  assert.ok(text.endsWith('\n'), 'what is written ends with a line end');
  return text
    .slice(0, -1)
    .split('\n')
    .map((part) => JSON.parse(part) as unknown);
}

/** The one message that effects would write. */
export function only(effects: readonly { readonly kind: string }[]): unknown {
  const all = messages(effects);
  assert.equal(all.length, 1, `one message expected, got ${JSON.stringify(all)}`);
  return all[0];
}

export function ofKind<E extends { readonly kind: string }, K extends E['kind']>(
  effects: readonly E[],
  kind: K,
): Extract<E, { readonly kind: K }>[] {
  return effects.filter((effect): effect is Extract<E, { readonly kind: K }> => effect.kind === kind);
}

/** The one effect of a kind. */
export function one<E extends { readonly kind: string }, K extends E['kind']>(
  effects: readonly E[],
  kind: K,
): Extract<E, { readonly kind: K }> {
  const [first, ...rest] = ofKind(effects, kind);
  assert.ok(
    first !== undefined && rest.length === 0,
    `one ${kind} expected: ${JSON.stringify(effects, text)}`,
  );
  return first;
}

function text(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}

// --- Zcash

export type ZcashEffects = ServerEffect<ZcashSubmission>[];

export const FIELDS: ZcashJobFields = {
  version: 4,
  prevHash: hex('11'.repeat(32)),
  merkleRoot: hex('22'.repeat(32)),
  reserved: hex('33'.repeat(32)),
  time: 0x5c8bb947,
  bits: 0x1f07ffff,
};

export const EASY = (1n << 255n) - 1n;
export const HARD = 1n << 200n;

export function zcashJob(sequence: number, more: Partial<ZcashJob> = {}): ZcashJob {
  const id = jobIdOf(sequence);
  return {
    sequence,
    order: sequence,
    cleanLine: bytesOf(zcashNotifyLine(id, FIELDS, true)),
    keepLine: bytesOf(zcashNotifyLine(id, FIELDS, false)),
    networkTarget: HARD,
    oldestKnown: 0,
    ...more,
  };
}

type ZcashOptions = ZcashServerOptions & ZcashSessionStart;

/** Solutions of these sessions are 4 bytes behind a prefix of one. */
export function zcashServer(options: Partial<ZcashOptions> = {}): ZcashServerSession {
  const all = {
    nonce1: hex('a1b2c3d4'),
    sessionId: null,
    solutionPrefix: hex('04'),
    solutionBytes: 4,
    nonceLayout: 'leading',
    jobOnSubscribe: false,
    failedResult: null,
    authorize: () => true,
    targets: [{ from: 0, value: EASY }],
    ...options,
  } satisfies ZcashOptions;
  return new ZcashServerSession(all, all);
}

/** Subscribed, authorised as w.1, and job 1 sent. */
export function readyZcash(options: Partial<ZcashOptions> = {}): ZcashServerSession {
  const session = zcashServer(options);
  session.line(line({ id: 1, method: 'mining.subscribe', params: [] }), 0);
  session.line(line({ id: 2, method: 'mining.authorize', params: ['w.1', 'x'] }), 0);
  assert.equal(messages(session.job(zcashJob(1), true)).length, 2);
  return session;
}

export const NONCE2 = `${'00'.repeat(27)}07`;

export function zcashSubmit(id: unknown, more: Record<number, unknown> = {}): Uint8Array {
  const params: unknown[] = ['w.1', '00000001', '47b98b5c', NONCE2, '0401020304'];
  for (const [index, value] of Object.entries(more)) params[Number(index)] = value;
  return line({ id, method: 'mining.submit', params });
}

export function zcashClient(
  options: Partial<ConstructorParameters<typeof ZcashClientSession>[0]> = {},
): ZcashClientSession {
  return new ZcashClientSession({
    agent: 'adit/0.1.0',
    host: '127.0.0.1',
    port: 3333,
    worker: 'w.1',
    password: 'x',
    solutionPrefix: hex('04'),
    ...options,
  });
}

// --- TrueStratum

export type TrueEffects = ServerEffect<TrueSubmission>[];

export const SEED_HASH = 'ab'.repeat(32);
export const HEADER_HASH = 'cd'.repeat(32);
export const TRUE_TARGET = 1n << 120n;

export function trueJob(sequence: number, more: Partial<TrueJob> = {}): TrueJob {
  return {
    sequence,
    order: sequence,
    seedHash: SEED_HASH,
    headerHash: HEADER_HASH,
    target: TRUE_TARGET,
    networkTarget: 1n << 100n,
    ...more,
  };
}

type TrueOptions = TrueStratumServerOptions & TrueSessionStart;

export function trueServer(options: Partial<TrueOptions> = {}): TrueStratumServerSession {
  const all = {
    failedResult: false,
    nonce1: hex('080c'),
    sessionId: 'ae6812eb4cd7735a302a8a9dd95cf71f',
    authorize: () => true,
    targets: [{ from: 0, value: TRUE_TARGET }],
    strictPrefix: false,
    refreshMs: 60_000,
    refreshDelayMs: () => 250,
    seedsOf: () => undefined,
    ...options,
  } satisfies TrueOptions;
  return new TrueStratumServerSession(all, all);
}

/** Subscribed, authorised as miner1, and job 1 sent at time 0. */
export function readyTrue(options: Partial<TrueOptions> = {}): TrueStratumServerSession {
  const session = trueServer(options);
  session.line(
    line({ id: 1, method: 'mining.subscribe', params: ['cpuminer/0.1.0', 'TrueStratum/0.1.0'] }),
    0,
  );
  session.line(line({ id: 2, method: 'mining.authorize', params: ['miner1', 'password'] }), 0);
  assert.equal(messages(session.job(trueJob(1), true, 0)).length, 2);
  return session;
}

export function trueSubmit(id: unknown, job: unknown = '000000010000', nonce: unknown = '1060'): Uint8Array {
  return line({ id, method: 'mining.submit', params: ['miner1', job, nonce] });
}

export function trueClient(
  options: Partial<ConstructorParameters<typeof TrueStratumClientSession>[0]> = {},
): TrueStratumClientSession {
  return new TrueStratumClientSession({
    agent: 'MinerName/1.0.0',
    worker: 'miner1',
    password: 'password',
    ...options,
  });
}

/** A deterministic generator of numbers in [0, 1): simulated miners draw from it. */
export function prng(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    // The high bits of a linear congruential generator are more random than the low ones.
    const high = state >>> 8;
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (high * 256 + (state >>> 24)) / 2 ** 32;
  };
}

export const LAST_SEQUENCE = MAX_JOB_SEQUENCE;
