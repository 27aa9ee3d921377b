import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { BanList } from '../src/conduct/ban-list.ts';
import { Conduct } from '../src/conduct/conduct.ts';
import type { Offence } from '../src/conduct/options.ts';
import { CONDUCT_DEFAULTS } from '../src/conduct/options.ts';
import type { PoolEvent } from '../src/events.ts';
import { banFileIn } from './support/ban-file-in.ts';

/** A whole farm has one address. */
const ADDRESS = '198.51.100.1';
const RIGS = 2_000;
const SHARE_SECONDS = 10;

const root = mkdtempSync(path.join(tmpdir(), 'adit-farm-'));
const lists: BanList[] = [];
after(async () => {
  for (const list of lists) await list.close();
  rmSync(root, { recursive: true, force: true });
});

/** The requests of a farm, and the answer of conduct to them. */
class Farm {
  ms = 0;
  readonly events: PoolEvent[] = [];
  /** The longest pause of a connection. */
  waited = 0;
  readonly rungs = new Set<string>();
  readonly #conduct: Conduct;

  constructor() {
    const dataFolder = mkdtempSync(path.join(root, 'data-'));
    const bans = new BanList({ dataFolder, allow: [] }, { now: () => this.ms, file: banFileIn(dataFolder) });
    lists.push(bans);
    this.#conduct = new Conduct(CONDUCT_DEFAULTS, { bans, onEvent: (event) => this.events.push(event) });
  }

  accepted(rig: number): void {
    this.#conduct.accepted(ADDRESS, rig);
  }

  refused(rig: number): void {
    this.waited = Math.max(this.waited, this.#conduct.refused(ADDRESS, rig, this.ms));
  }

  offence(rig: number | undefined, what: Offence): void {
    this.rungs.add(this.#conduct.offence(ADDRESS, rig, what, this.ms));
  }

  left(rig: number): void {
    this.#conduct.left(rig);
  }

  /** Calls of methods that this pool does not have, as firmwares make them at their login. */
  login(rig: number): void {
    for (let i = 0; i < 3; i += 1) {
      this.refused(rig);
      this.offence(rig, 'unknown_method');
    }
  }

  /** Each rig finds a share in ten seconds. @param staleFor seconds of each 75 s with shares for the former tip */
  mine(seconds: number, staleFor: number, first = 0): void {
    for (let second = 0; second < seconds; second += 1) {
      for (let share = 0; share < RIGS / SHARE_SECONDS; share += 1) {
        const rig = first + (((second * RIGS) / SHARE_SECONDS + share) % RIGS);
        if (second % 75 < staleFor) this.refused(rig);
        else this.accepted(rig);
      }
      this.ms += 1_000;
      this.#conduct.tick(this.ms);
    }
  }

  get points(): number {
    return this.#conduct.scores(ADDRESS, -1).subject;
  }

  assertUntouched(): void {
    assert.deepEqual([this.waited, this.points, this.events], [0, 0, []]);
    assert.deepEqual(
      [...this.rungs].filter((rung) => rung !== 'none'),
      [],
    );
  }
}

test('a farm of 2,000 rigs that finds the pool restarted has no points and does not wait', () => {
  const farm = new Farm();
  // All of it comes within two seconds: three unknown methods, and up to six shares of forgotten jobs for each rig.
  for (let rig = 0; rig < RIGS; rig += 1) {
    farm.ms = rig;
    farm.login(rig);
    for (let share = 0; share < rig % 7; share += 1) farm.refused(rig);
  }
  farm.assertUntouched();
  farm.mine(600, 0);
  farm.assertUntouched();
});

test('tip after tip, with every share of two seconds too late, gives a farm no points and no pause', () => {
  const farm = new Farm();
  farm.mine(3_600, 2);
  farm.assertUntouched();
});

test('many late shares in the seconds before vardiff has settled do not count as junk', () => {
  const farm = new Farm();
  // Each rig sends a share a second, and the tip changes in between: the shares of two seconds are too late.
  for (let second = 0; second < 10; second += 1) {
    for (let rig = 0; rig < RIGS; rig += 1) {
      if (second === 5 || second === 6) farm.refused(rig);
      else farm.accepted(rig);
    }
    farm.ms += 1_000;
  }
  farm.assertUntouched();
});

test('a lost network line, after which all rigs log in at once, gives a farm no points', () => {
  const farm = new Farm();
  farm.mine(60, 0);
  for (let rig = 0; rig < RIGS; rig += 1) farm.left(rig);
  for (let rig = 0; rig < RIGS; rig += 1) farm.login(RIGS + rig);
  farm.mine(600, 1, RIGS);
  farm.assertUntouched();
});

test('two reference miners of TrueStratum, half of whose submissions are repeats, have no points and do not wait', () => {
  const farm = new Farm();
  for (let second = 0; second < 36_000; second += 1) {
    for (const rig of [1, 2]) {
      farm.accepted(rig);
      farm.refused(rig);
      // This is its nonce "0" for a job that it has just got.
      if (second % 50 === 0) farm.refused(rig);
    }
    farm.ms += 1_000;
  }
  farm.assertUntouched();
});

test('a rig of the farm that overlooks its target costs the others nothing', () => {
  const farm = new Farm();
  farm.mine(60, 0);
  for (let second = 0; second < 600; second += 1) {
    for (let share = 0; share < RIGS / SHARE_SECONDS; share += 1) farm.accepted(share);
    for (let share = 0; share < 3; share += 1) farm.refused(1_999);
    farm.ms += 1_000;
  }
  farm.assertUntouched();
});
