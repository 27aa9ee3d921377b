import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { headerOf, workFromTemplate, zcashChain } from '@adit/chain';
import { startZcashDevnet } from '@adit/devnet';
import { EquihashVerifier, equihashSizes } from '@adit/pow';
import { concatBytes, decodeHex, encodeHex } from '@adit/primitives';
import { must } from '../case.ts';
import { nonce1Of } from './fixed-nonce1.ts';

/** Shares of one fixed template, in the form of the wire. */
export interface RecordedShares {
  /** The answer of the node to getblocktemplate. */
  readonly template: Record<string, unknown>;
  /** The shares of each connection of a fresh pool, in the order of its nonce1 values. */
  readonly connections: readonly {
    readonly shares: readonly Solved[];
  }[];
  /** 8 hex digits, as in a job. */
  readonly time: string;
}

/** 200,9, the parameters of the main chain. */
export const CHAIN = zcashChain('zcash-devnet');
/** The chain whose tip moves; the benchmark does not mine it. */
export const MOVING = 'zcash-devnet-48_5';
export const CONNECTIONS = 50;
const SHARES_EACH = 20;
const FILE = fileURLToPath(new URL('../data/zcash-shares.json', import.meta.url));
const THREADS = 2;

interface Solved {
  readonly nonce2: string;
  readonly solution: string;
}

/** The solutions of one header start and one nonce1. */
export interface SolveRequest {
  readonly headerStart: Uint8Array;
  readonly nonce1: Uint8Array;
  readonly shares: number;
}

/** Reads the recorded set. If it is missing, makes it first, which takes some minutes. */
export async function recordedShares(): Promise<RecordedShares> {
  if (!existsSync(FILE)) await record();
  const recorded = JSON.parse(readFileSync(FILE, 'utf8')) as RecordedShares;
  check(recorded);
  return recorded;
}

/** Checks the set: the pool would refuse the shares of a wrong set, and the benchmark would time the wrong path. */
function check({ template, connections, time }: RecordedShares): void {
  const work = workFromTemplate(template, CHAIN);
  const verifier = new EquihashVerifier(CHAIN.equihash);
  const { prefix } = equihashSizes(CHAIN.equihash);
  must(connections.length === CONNECTIONS, `${FILE} holds shares for ${CONNECTIONS} connections`);
  const seconds = new DataView(decodeHex(time, 4, 'time').slice().buffer).getUint32(0, true);
  for (const [index, { shares }] of connections.entries()) {
    must(shares.length === SHARES_EACH, `${SHARES_EACH} shares for connection ${index}`);
    for (const { nonce2, solution } of shares.slice(0, 2)) {
      const nonce = concatBytes(nonce1Of(CHAIN.name, index, 4), decodeHex(nonce2, 28, 'nonce2'));
      const bytes = decodeHex(solution, undefined, 'solution').subarray(prefix.length);
      must(verifier.verify(headerOf(work, seconds, nonce), bytes) === 'valid', 'a recorded share is valid');
    }
  }
}

async function record(): Promise<void> {
  process.stderr.write(
    `recording ${CONNECTIONS * SHARES_EACH} solutions for the load benchmark: some minutes, once\n`,
  );
  const devnet = await startZcashDevnet({ chain: CHAIN, initialTarget: 1n << 200n, mempoolSeconds: 0 });
  const answer = await fetch(devnet.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ id: 1, method: 'getblocktemplate', params: [] }),
  });
  const { result: template } = (await answer.json()) as { result: Record<string, unknown> };
  await devnet.close();
  const work = workFromTemplate(template, CHAIN);
  const headerStart = headerOf(work, work.time, new Uint8Array(32)).slice(0, 108);
  const waiting = Array.from({ length: CONNECTIONS }, (_, i) => i);
  const connections: Solved[][] = [];
  const thread = async () => {
    const worker = new Worker(new URL('record-worker.ts', import.meta.url), {
      execArgv: ['--conditions=adit-source'],
    });
    for (let index = waiting.shift(); index !== undefined; index = waiting.shift()) {
      const request: SolveRequest = {
        headerStart,
        nonce1: nonce1Of(CHAIN.name, index, 4),
        shares: SHARES_EACH,
      };
      worker.postMessage(request);
      // It rejects when the thread fails.
      [connections[index]] = (await once(worker, 'message')) as [Solved[]];
      process.stderr.write(`connection ${index + 1} of ${CONNECTIONS}\n`);
    }
    await worker.terminate();
  };
  await Promise.all(Array.from({ length: THREADS }, thread));
  const time = encodeHex(headerStart.subarray(100, 104));
  const recorded: RecordedShares = { template, time, connections: connections.map((shares) => ({ shares })) };
  mkdirSync(path.dirname(FILE), { recursive: true });
  writeFileSync(FILE, JSON.stringify(recorded));
}
