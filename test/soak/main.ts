// `npm run soak -- [--minutes N] [--kills N]`: the pool under connects, disconnects, garbage and shares, whose heap
// must stay flat; then the pool killed at random moments under load, whose journals must hold what was acknowledged.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { crash } from './crash.ts';
import { soak } from './soak.ts';

/** A leak of one object a connection is some 100 bytes times 130 connections a cycle. */
const MOST_GROWTH = 8 * 1024;

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '10' }, kills: { type: 'string', default: '50' } },
});
const minutes = numberOf('minutes', values.minutes, 24 * 60);
const kills = numberOf('kills', values.kills, 10_000);
const report: Record<string, unknown> = {};
if (minutes > 0) await inFolder(runSoak);
if (kills > 0) await inFolder(runCrash);
process.stdout.write(`${JSON.stringify(report)}\n`);

async function runSoak(folder: string): Promise<void> {
  const end = performance.now() + minutes * 60_000;
  const { measured, ...rest } = await soak(
    folder,
    () => performance.now() < end,
    ({ cycle, heapUsed, external }) =>
      process.stderr.write(
        `cycle ${cycle}: heap ${(heapUsed / 1e6).toFixed(2)} MB, external ${(external / 1e6).toFixed(2)} MB\n`,
      ),
  );
  report['soak'] = { cycles: measured.length, ...rest, mostGrowth: MOST_GROWTH };
  if (rest.growthPerCycle > MOST_GROWTH) process.exitCode = 1;
}

async function runCrash(folder: string): Promise<void> {
  const result = await crash(folder, kills, Math.random, (kill, acknowledged) =>
    process.stderr.write(`kill ${kill}: ${acknowledged} shares acknowledged so far\n`),
  );
  report['crash'] = result;
  if (result.missing > 0 || result.twice > 0) process.exitCode = 1;
}

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'adit-soak-'));
  try {
    await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function numberOf(name: string, text: string, most: number): number {
  const value = Number(text);
  if (value >= 0 && value <= most) return value;
  process.stderr.write(`--${name} must be a number from 0 to ${most}, not ${text}\n`);
  process.exit(2);
}
