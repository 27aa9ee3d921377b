import { weightOfTarget } from '@adit/primitives';
import { until } from '@adit/test-kit/until';
import type { RigShare, ZcashRig } from '@adit/test-kit/zcash-rig';
import type { ZcashScene } from '../attacks/setup.ts';

/** What came of a strategy: expected solutions that were paid, and solutions that were found. */
export interface Balance {
  readonly work: number;
  readonly credit: number;
  /** Standard error of credit / work, if a solution is paid what it costs. */
  readonly error: number;
  /** Solutions that met what was told before their job, and shares that were kept: a pool that pays nothing proves nothing. */
  readonly met: number;
  readonly kept: number;
}

export type Strategy = (scene: ZcashScene, work: number) => Promise<Balance>;

/** A job that one of several connections heard of, with the target that was told before it. */
interface Heard {
  readonly rig: ZcashRig;
  readonly job: readonly unknown[];
  readonly target: bigint;
}

const FIELDS = [1, 2, 3, 4, 6];

/** Every way that is known to have multiplied what a hash was worth, as somebody would use it over a socket. */
export const STRATEGIES: Readonly<Record<string, Strategy>> = {
  'one connection that authorises again and again with another d=': async (scene, work) => {
    const rig = await scene.rig('mallory', { password: 'd=2' });
    const heard: Heard[] = [];
    for (const difficulty of [2, 8, 32, 128, 16]) {
      await rig.client.request('mining.authorize', [`mallory.${difficulty}`, `d=${difficulty}`]);
      await until('its target', () => weightOfTarget(rig.target) === BigInt(difficulty));
      heard.push({ rig, job: await rig.job(), target: rig.target });
    }
    return cashIn(scene, heard, work);
  },
  'suggestions alone': async (scene, work) => {
    const rig = await scene.rig('mallory');
    const heard: Heard[] = [{ rig, job: await rig.job(), target: rig.target }];
    for (const weight of [4n, 16n, 64n]) {
      const target = (1n << 256n) / weight - 1n;
      await rig.client.request('mining.suggest_target', [target.toString(16).padStart(64, '0')]);
      await until('its target', () => rig.target === target);
      heard.push({ rig, job: await rig.job(), target });
    }
    return cashIn(scene, heard, work);
  },
  'a target that is chosen after hashing': async (scene, work) => {
    const rig = await scene.rig('mallory');
    let [done, met] = [0, 0];
    for (let round = 0; done < work; round += 1) {
      const job = await rig.job();
      const told = rig.target;
      const found: RigShare[] = [];
      for (let i = 0; i < 24; i += 1) found.push(await rig.solve(() => true, job));
      done += found.length;
      met += found.filter(({ value }) => value <= told).length;
      const best = found.reduce((least, { value }) => (value < least ? value : least), rig.target);
      // The target that makes the best of them worth most.
      const weight = (1n << 256n) / (best + 1n);
      const difficulty = weight < 2n ? 2n : weight > 128n ? 128n : weight;
      await rig.client.request('mining.authorize', [`m.${round}`, `d=${difficulty}`]);
      for (const share of found) await rig.submit(share);
      await until('what he asked for', () => weightOfTarget(rig.target) === difficulty);
      for (const share of found)
        await rig.submit(share, { jobId: String(rig.client.last('mining.notify')?.[0]) });
    }
    return balanceOf(scene, done, met);
  },
  'sessions that are resumed, and connections that share a header': async (scene, work) => {
    const heard: Heard[] = [];
    for (const password of ['x', 'd=64']) {
      const rig = await scene.rig('mallory', { password });
      heard.push({ rig, job: await rig.job(), target: rig.target });
      const session = rig.sessionId;
      rig.client.close();
      await until('it has left', () => scene.pool.connections === heard.length - 1);
      const again = await scene.rig('mallory', { password: 'd=8', session });
      heard.pop();
      heard.push({ rig: again, job: await again.job(), target: again.target });
    }
    return cashIn(scene, heard, work);
  },
};

/** Hashes every header that was heard of, and hands each solution in where it is worth most. */
async function cashIn(scene: ZcashScene, heard: readonly Heard[], work: number): Promise<Balance> {
  let [done, met] = [0, 0];
  for (let i = 0; done < work; i += 1) {
    const { rig, job } = heard[i % heard.length] ?? {};
    if (rig === undefined || job === undefined) throw new Error('nothing was heard');
    const twins = heard.filter((one) => one.rig === rig && FIELDS.every((at) => one.job[at] === job[at]));
    for (let batch = 0; batch < 20; batch += 1) {
      const share = await rig.solve(() => true, job);
      done += 1;
      const [best] = twins
        .filter(({ target }) => share.value <= target)
        .sort((a, b) => (a.target < b.target ? -1 : 1));
      await rig.submit(share, { jobId: String((best ?? heard[done % heard.length])?.job[0]) });
      // Under the id of the next header it is another hash, but a pool might not look.
      if (best === undefined) continue;
      met += 1;
      for (const { job: other } of heard)
        if (other !== best.job) await rig.submit(share, { jobId: String(other[0]) });
    }
  }
  return balanceOf(scene, done, met);
}

function balanceOf(scene: ZcashScene, work: number, met: number): Balance {
  const weights = scene.shares().map(({ weight }) => Number(weight));
  const credit = weights.reduce((sum, weight) => sum + weight, 0);
  const squares = weights.reduce((sum, weight) => sum + weight * weight, 0);
  return { work, credit, error: Math.sqrt(Math.max(squares, work)) / work, met, kept: weights.length };
}
