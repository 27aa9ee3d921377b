// `npm run fuzz -- [--seconds N] [--only edge|proof|sessions|sockets] [--seed N] [--json]`: attacks the edge for ten
// minutes, or for N seconds: half of the time the sessions, the other half a pool and our miners over sockets. Without
// --only, it then attacks the verifiers of proofs for a minute. `--replay FILE` runs one stored input: {"target", "input"}.
import { randomInt } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { messageOf } from '@adit/primitives';
import { Random } from '@adit/test-kit/random';
import { allTargets, fuzz } from '../../packages/pow/test/fuzz/fuzz.ts';
import { fuzzSessions, fuzzSockets, type SessionsReport, type SocketsReport } from './edge.ts';
import { Campaign, type Finding } from './engine.ts';
import { sessionTargets } from './targets/all.ts';

const PARTS = ['edge', 'proof', 'sessions', 'sockets'] as const;
const PROOF_SECONDS = 60;
/** The miners' part of the time for sockets. They leave the pool, and connect again only after seconds. */
const MINERS_SHARE = 0.25;

const { values } = parseArgs({
  options: {
    seconds: { type: 'string' },
    only: { type: 'string' },
    seed: { type: 'string' },
    json: { type: 'boolean', default: false },
    replay: { type: 'string' },
  },
});

function integer(name: 'seconds' | 'seed', otherwise: number, most: number): number {
  const text = values[name];
  if (text === undefined) return otherwise;
  if (/^\d{1,10}$/.test(text) && Number(text) <= most) return Number(text);
  throw new Error(`--${name} must be an integer from 0 to ${most}, not ${text}`);
}

const say = (text: string) => process.stderr.write(`${text}\n`);
const until = (seconds: number) => {
  const end = performance.now() + seconds * 1000;
  return () => performance.now() >= end;
};

function print(findings: readonly Finding[]): void {
  for (const finding of findings) {
    say(`FOUND ${finding.target}, seed ${finding.seed}: ${finding.message}`);
    say(`  ${JSON.stringify({ target: finding.target, input: finding.input })}`);
  }
}

function replay(file: string): void {
  const { target: name, input } = JSON.parse(readFileSync(file, 'utf8')) as {
    target: string;
    input: unknown;
  };
  const target = sessionTargets().find((one) => one.name === name);
  if (target === undefined)
    throw new Error(
      `no target ${name}: ${sessionTargets()
        .map((one) => one.name)
        .join(', ')}`,
    );
  const finding = new Campaign(target, 0, new Random(0)).try(input);
  if (finding === undefined) say(`${name} withstands it`);
  else print([finding]);
  if (finding !== undefined) process.exitCode = 1;
}

interface Report {
  seed: number;
  seconds: number;
  sessions?: SessionsReport;
  sockets?: SocketsReport;
  proof?: Record<string, number>;
}

async function main(): Promise<void> {
  if (values.replay !== undefined) return replay(values.replay);
  const only = values.only as (typeof PARTS)[number] | undefined;
  if (only !== undefined && !PARTS.includes(only))
    throw new Error(`--only must be one of ${PARTS.join(', ')}`);
  const seed = integer('seed', randomInt(2 ** 24), 2 ** 32 - 1);
  const report: Report = {
    seed,
    seconds: integer('seconds', only === 'proof' ? PROOF_SECONDS : 600, 86_400),
  };
  const { seconds } = report;
  say(`seed ${seed}`);
  const share = only === 'edge' || only === undefined ? seconds / 2 : seconds;
  if (only !== 'proof' && only !== 'sockets') {
    report.sessions = await fuzzSessions(seed, until(share));
    print(report.sessions.findings);
  }
  if (only !== 'proof' && only !== 'sessions') {
    const folder = mkdtempSync(path.join(tmpdir(), 'adit-fuzz-'));
    const pool = until(share * (1 - MINERS_SHARE));
    const miners = until(share);
    try {
      report.sockets = await fuzzSockets(folder, seed, { pool, miners });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    print(report.sockets.findings);
  }
  if (only === 'proof' || only === undefined) {
    const over = until(only === 'proof' ? seconds : Math.min(seconds, PROOF_SECONDS));
    // The seeds of these targets have 24 bits.
    report.proof = Object.fromEntries(
      fuzz(allTargets(), seed % 2 ** 24, (rounds) => rounds % 16 === 0 && over()),
    );
  }
  const found = [...(report.sessions?.findings ?? []), ...(report.sockets?.findings ?? [])].length;
  if (found > 0) process.exitCode = 1;
  process.stdout.write(values.json ? `${JSON.stringify(report)}\n` : `${inWords(report)}\n`);
}

function inWords({ sessions, sockets, proof }: Report): string {
  const lines: string[] = [];
  for (const { name, inputs, lines: heard, behaviours, longestMs } of sessions?.targets ?? []) {
    lines.push(
      `${name}: ${inputs} inputs, ${heard} lines, ${behaviours} behaviours, longest ${longestMs.toFixed(1)} ms`,
    );
  }
  for (const { what, perRound, heap } of sessions?.memory ?? []) {
    const [first = 0] = heap;
    const last = heap.at(-1) ?? 0;
    lines.push(
      `memory of ${what}: ${(first / 1e6).toFixed(2)} -> ${(last / 1e6).toFixed(2)} MB, ${Math.round(perRound)} bytes a round`,
    );
  }
  if (sockets !== undefined) {
    const { rounds, connections, lines: heard, answers, shares, minerRounds, minerLines, perRound } = sockets;
    lines.push(
      `a pool: ${rounds} rounds, ${connections} connections, ${heard} lines, ${answers} answers, ${shares} honest shares`,
    );
    lines.push(`a pool's heap: ${perRound} bytes a round in the later half`);
    lines.push(`our miners: ${minerRounds} rounds, ${minerLines} lines`);
  }
  for (const [name, count] of Object.entries(proof ?? {})) lines.push(`${name}: ${count} attempts withstood`);
  return lines.join('\n');
}

try {
  await main();
} catch (error) {
  say(messageOf(error));
  process.exitCode = 1;
}
