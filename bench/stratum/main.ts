import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { zcashChain } from '@adit/chain';
import { startZcashDevnet, type ZcashDevnet } from '@adit/devnet';
import { zcashNotifyLine } from '@adit/stratum';
import { makeCertificate } from '@adit/test-kit/certificate';
import { must } from '../case.ts';
import type { Figure } from '../report.ts';
import { BenchChild, openFiles } from './child.ts';
import { badSolutions, type Lines, trueShares, unknownJobs, validShares } from './lines.ts';
import type { FloodOptions, FloodResult } from './load-process.ts';
import { MOVING, type RecordedShares, recordedShares } from './recorded-shares.ts';
import { Findings } from './report.ts';
import type { Vitals } from './vitals.ts';

const CONNECTIONS = 5_000;
const MANY_CONNECTIONS = 20_000;
/** Open files that a pool needs besides its connections. */
const OTHER_FILES = 300;
const TLS_CONNECTIONS = 2_000;
const BROADCASTS = 5;
/** Broadcasts before the measured ones: they run code that is not compiled yet. */
const WARM_UP = 2;
const BETWEEN_MS = 700;
const FLOOD_MS = 3_000;
/** Unanswered submissions on each of the 50 connections. */
const OUTSTANDING = 8;
/** More than can be sent in the time, so that none is sent twice. */
const TRUE_SHARES_EACH = 20_000;

/** Honest miners beside the attacker. */
const HONEST = 5;

type Ports = Readonly<Record<string, number>>;

/** Whole processes under load, in each round: the pool, then the bare server, and the figures that are only published. */
export async function stratumFigures(
  rounds: number,
  say: (text: string) => void,
): Promise<Record<string, Figure>> {
  const shares = await recordedShares();
  const findings = new Findings();
  say(
    'each share has another digest each time, so that recorded shares can be sent again: duplicate check and journal do all their work',
  );
  const devnet = await startZcashDevnet({
    chain: zcashChain(MOVING),
    initialTarget: 1n << 200n,
    mempoolSeconds: 0,
  });
  try {
    await allRounds(devnet, shares, rounds, findings, say);
  } finally {
    await devnet.close();
  }
  return findings.figures;
}

async function allRounds(
  devnet: ZcashDevnet,
  shares: RecordedShares,
  rounds: number,
  findings: Findings,
  say: (text: string) => void,
): Promise<void> {
  for (let round = 1; round <= rounds; round += 1) {
    say(`load: round ${round} of ${rounds}`);
    const adit = await poolRound(devnet, shares, findings);
    const bare = await bareRound(shares, findings);
    findings.addRatio('stratum.unknown_job_ratio', adit.unknown, bare.unknown);
    findings.addRatio('stratum.memory_ratio', adit.memory, bare.memory);
    findings.addRatio('stratum.broadcast_5000_p99_ratio', adit.p99, bare.p99);
    findings.addRatio('stratum.event_loop_p999_ratio', adit.eventLoop, bare.eventLoop);
  }
  say('load: honest miners beside an attacker, 20,000 connections, TLS');
  await underAttack(devnet, shares, findings);
  const many = Math.min(MANY_CONNECTIONS, openFiles() - OTHER_FILES);
  if (many < MANY_CONNECTIONS)
    say(`this system lets a process have ${many} connections: fewer than 20,000 are measured`);
  await manyConnections(devnet, shares, many, findings);
  await tls(devnet, shares, findings);
}

interface RoundFigures {
  readonly unknown: number;
  readonly memory: number;
  readonly p99: number;
  readonly eventLoop: number;
}

async function poolRound(
  devnet: ZcashDevnet,
  shares: RecordedShares,
  findings: Findings,
): Promise<RoundFigures> {
  return withChildren('pool-process.ts', async (pool, load) => {
    const ports = await pool.ask<Ports>('start', { template: shares.template, node: devnet.url });
    // Opens the connections of the fixed chain first and in order, so that they get the nonce1 of the recorded shares.
    await load.ask('connect', enter(ports['fixed'], shares.connections.length, { inOrder: true }));
    const before = await pool.ask<Vitals>('vitals');
    await load.ask('connect', enter(ports['moving'], CONNECTIONS));
    const memory = perConnection(before, await pool.ask<Vitals>('vitals'), CONNECTIONS);
    findings.add('stratum.memory_per_connection_kb', memory);
    await pool.ask('eventLoopP999');
    const p99: number[] = [];
    for (let i = -WARM_UP; i < BROADCASTS; i += 1) {
      const times = await broadcastOf(devnet, pool, load, shares.connections.length);
      if (i < 0) continue;
      findings.add('stratum.broadcast_5000_p50_ms', percentile(times, 0.5));
      p99.push(percentile(times, 0.99));
      findings.add('stratum.broadcast_5000_p99_ms', percentile(times, 0.99));
    }
    const unknown = await flood(load, unknownJobs(shares));
    must(unknown.accepted === 0 && unknown.refusal.includes('[21,'), 'unknown jobs are refused with 21');
    findings.add('stratum.unknown_job_per_s', unknown.answersPerSecond);
    const beforeBad = await pool.ask<Vitals>('vitals');
    const bad = await flood(load, badSolutions(shares));
    must(
      bad.accepted === 0 && bad.refusal.includes('Invalid solution'),
      'wrong solutions are refused for their proof',
    );
    findings.add('stratum.bad_per_s', bad.answersPerSecond);
    const start = await pool.ask<Vitals>('vitals');
    findings.add('stratum.bad_per_cpu_s', bad.refused / (start.cpuSeconds - beforeBad.cpuSeconds));
    const valid = await flood(load, validShares(shares));
    const { cpuSeconds } = await pool.ask<Vitals>('vitals');
    must(valid.refused === 0, `valid shares are accepted (${valid.refusal})`);
    must(
      (await pool.ask<number>('journaled')) === valid.accepted,
      'the journal has every accepted share once',
    );
    findings.add('stratum.accepted_per_s', valid.answersPerSecond);
    findings.add('stratum.accepted_per_cpu_s', valid.accepted / (cpuSeconds - start.cpuSeconds));
    const eventLoop = await pool.ask<number>('eventLoopP999');
    findings.add('stratum.event_loop_p999_ms', eventLoop);
    await trueHash(pool, ports, findings);
    return { unknown: unknown.answersPerSecond, memory, p99: median(p99), eventLoop };
  });
}

/** New shares, each with its own nonce, on a port where every hash is a share. */
async function trueHash(pool: BenchChild, ports: Ports, findings: Findings): Promise<void> {
  const load = new BenchChild('load-process.ts');
  try {
    const count = 16;
    await load.ask('connect', enter(ports['true'], count));
    const before = await pool.ask<Vitals>('vitals');
    const lines = trueShares(count, TRUE_SHARES_EACH);
    const result = await load.ask<FloodResult>('flood', {
      lines,
      outstanding: OUTSTANDING,
      milliseconds: FLOOD_MS / 2,
    });
    must(result.accepted > 0 && result.refused === 0, `TrueHash shares are accepted (${result.refusal})`);
    findings.add('stratum.truehash_accepted_per_s', result.answersPerSecond);
    const cpuSeconds = (await pool.ask<Vitals>('vitals')).cpuSeconds - before.cpuSeconds;
    findings.add('stratum.truehash_accepted_per_cpu_s', result.accepted / cpuSeconds);
  } finally {
    await load.end();
  }
}

async function bareRound(shares: RecordedShares, findings: Findings): Promise<RoundFigures> {
  return withChildren('bare-process.ts', async (bare, load) => {
    const port = await bare.ask<number>('listen');
    await load.ask('connect', enter(port, shares.connections.length, { inOrder: true }));
    const before = await bare.ask<Vitals>('vitals');
    await load.ask('connect', enter(port, CONNECTIONS));
    const memory = perConnection(before, await bare.ask<Vitals>('vitals'), CONNECTIONS);
    findings.add('stratum.bare_memory_per_connection_kb', memory);
    await bare.ask('eventLoopP999');
    const p99: number[] = [];
    for (let i = -WARM_UP; i < BROADCASTS; i += 1) {
      await new Promise((resolve) => setTimeout(resolve, BETWEEN_MS));
      await load.ask('watch', shares.connections.length);
      const start = await bare.ask<number>('broadcast', NOTIFY);
      const times = (await arrivals(load)).map((time) => time - start);
      if (i < 0) continue;
      p99.push(percentile(times, 0.99));
      findings.add('stratum.bare_broadcast_5000_p99_ms', percentile(times, 0.99));
    }
    const unknown = await flood(load, unknownJobs(shares));
    findings.add('stratum.bare_json_per_s', unknown.answersPerSecond);
    const eventLoop = await bare.ask<number>('eventLoopP999');
    findings.add('stratum.bare_event_loop_p999_ms', eventLoop);
    return { unknown: unknown.answersPerSecond, memory, p99: median(p99), eventLoop };
  });
}

/** Wrong solutions as fast as loopback carries them, without bans: how long do other miners wait for their answers? */
async function underAttack(devnet: ZcashDevnet, shares: RecordedShares, findings: Findings): Promise<void> {
  await withChildren('pool-process.ts', async (pool, attacker) => {
    const ports = await pool.ask<Ports>('start', { template: shares.template, node: devnet.url });
    const honest = new BenchChild('load-process.ts');
    try {
      const first = { inOrder: true, firstAddress: 2 };
      await honest.ask('connect', enter(ports['fixed'], HONEST, first));
      const attackers = shares.connections.length - HONEST;
      await attacker.ask('connect', enter(ports['fixed'], attackers, { inOrder: true }));
      const wrong = badSolutions(shares).slice(HONEST);
      const options: FloodOptions = { lines: wrong, outstanding: 64, milliseconds: FLOOD_MS * 2 };
      const flooding = attacker.ask<FloodResult>('flood', options);
      const lines = validShares(shares).slice(0, HONEST);
      const times = await honest.ask<number[]>('pings', { lines, milliseconds: FLOOD_MS * 2 });
      must((await flooding).accepted === 0, 'no wrong solution is accepted');
      findings.add('stratum.flooded_reply_p99_ms', percentile(times, 0.99));
    } finally {
      await honest.end();
    }
  });
}

async function manyConnections(
  devnet: ZcashDevnet,
  shares: RecordedShares,
  many: number,
  findings: Findings,
): Promise<void> {
  await withChildren('pool-process.ts', async (pool, load) => {
    const ports = await pool.ask<Ports>('start', { template: shares.template, node: devnet.url });
    const sender = new BenchChild('load-process.ts');
    try {
      await sender.ask('connect', enter(ports['fixed'], shares.connections.length, { inOrder: true }));
      await load.ask('connect', enter(ports['moving'], many, { addresses: 8 }));
      // Each connection has two unanswered shares at all times.
      const lines = validShares(shares);
      const flowing = sender.ask<FloodResult>('flood', { lines, outstanding: 2, milliseconds: 6_000 });
      for (let i = 0; i < 3; i += 1) {
        const times = await broadcastOf(devnet, pool, load, 0, (slice) =>
          findings.add('stratum.broadcast_20000_longest_slice_ms', slice),
        );
        findings.add('stratum.broadcast_20000_p99_ms', percentile(times, 0.99));
      }
      must((await flowing).accepted > 0, 'shares are accepted meanwhile');
    } finally {
      await sender.end();
    }
  });
}

async function tls(devnet: ZcashDevnet, shares: RecordedShares, findings: Findings): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'adit-bench-tls-'));
  const [certFile, keyFile] = [path.join(folder, 'cert.pem'), path.join(folder, 'key.pem')];
  const { cert, key } = makeCertificate();
  writeFileSync(certFile, cert);
  writeFileSync(keyFile, key, { mode: 0o600 });
  try {
    await withChildren('pool-process.ts', async (pool, load) => {
      const { template } = shares;
      const ports = await pool.ask<Ports>('start', {
        template,
        node: devnet.url,
        tls: { certFile, keyFile },
      });
      const before = await pool.ask<Vitals>('vitals');
      const seconds = await load.ask<number>(
        'connect',
        enter(ports['moving'], TLS_CONNECTIONS, { tls: true }),
      );
      const after = await pool.ask<Vitals>('vitals');
      findings.add('stratum.tls_handshakes_per_s', TLS_CONNECTIONS / seconds);
      findings.add('stratum.tls_memory_per_connection_kb', perConnection(before, after, TLS_CONNECTIONS));
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The line that the pool sends, with other digits. */
const NOTIFY = zcashNotifyLine(
  '0badf00d',
  {
    version: 4,
    prevHash: new Uint8Array(32),
    merkleRoot: new Uint8Array(32),
    reserved: new Uint8Array(32),
    time: 1,
    bits: 1,
  },
  true,
);

async function flood(load: BenchChild, lines: Lines): Promise<FloodResult> {
  const options: FloodOptions = { lines, outstanding: OUTSTANDING, milliseconds: FLOOD_MS };
  return load.ask<FloodResult>('flood', options);
}

async function broadcastOf(
  devnet: ZcashDevnet,
  pool: BenchChild,
  load: BenchChild,
  but: number,
  onSlice: (ms: number) => void = () => {},
): Promise<number[]> {
  // The full template follows the empty one of a new tip: waits until it is out.
  await new Promise((resolve) => setTimeout(resolve, BETWEEN_MS));
  await load.ask('watch', but);
  const begun = pool.ask<{ start: number; longestSliceMs: number }>('broadcast');
  devnet.mineBlock();
  const { start, longestSliceMs } = await begun;
  onSlice(longestSliceMs);
  return (await arrivals(load)).map((time) => time - start);
}

async function arrivals(load: BenchChild): Promise<number[]> {
  const text = await load.ask<string>('arrivals');
  return text.split(' ').map(Number);
}

function enter(
  port: number | undefined,
  count: number,
  more: { inOrder?: boolean; tls?: boolean; addresses?: number; firstAddress?: number } = {},
) {
  return { port: port ?? 0, count, inOrder: false, tls: false, addresses: 1, firstAddress: 1, ...more };
}

function perConnection(before: Vitals, after: Vitals, count: number): number {
  return (after.rss - before.rss) / 1024 / count;
}

function percentile(ascending: readonly number[], part: number): number {
  return ascending[Math.min(ascending.length - 1, Math.floor(ascending.length * part))] ?? Number.NaN;
}

function median(values: readonly number[]): number {
  return percentile(
    values.toSorted((a, b) => a - b),
    0.5,
  );
}

async function withChildren<T>(
  file: string,
  use: (server: BenchChild, load: BenchChild) => Promise<T>,
): Promise<T> {
  const server = new BenchChild(file);
  const load = new BenchChild('load-process.ts');
  try {
    return await use(server, load);
  } finally {
    await load.end();
    await server.end();
  }
}
