import { DIALECTS } from '@adit/stratum';
import { shown } from '@adit/wire';
import { attack } from '../../catalogue/rules.ts';
import { cannotTell, fail, pass } from '../../report/finding.ts';
import type { PoolCheck } from '../check.ts';
import type { PoolProbe } from '../probe/pool-probe.ts';
import { inWords, isAccepted, isRefused } from '../probe/replies.ts';
import { stillTalks } from '../tools/messages.ts';
import { ifServes } from '../tools/still-serves.ts';
import { targetsIn } from '../tools/targets.ts';

const WISHES = [
  '0',
  '-1',
  'NaN',
  'Infinity',
  '1e-300',
  '1e400',
  '9007199254740993',
  '0.0',
  '-0',
  '0x0',
  '',
  '1e',
  '[]',
];

/** Checks of attack T08: a difficulty in a password is only a wish, and the pool decides. */
export const PASSWORD_DIFFICULTY: readonly PoolCheck[] = [
  {
    id: 'password-difficulty',
    title: 'a difficulty in a password never leads to a target without work, or to an unreadable one',
    group: 'attack',
    dialects: DIALECTS,
    rules: [attack('T08')],
    sent: `mining.authorize with d= in the password: ${WISHES.filter((wish) => wish !== '').join(', ')}`,
    expected:
      'a target that is not zero, at most 2^32 times as easy as without, nor met by every second hash (but on a test port); or a refusal',
    run: async (probe) => {
      const { password } = probe.options;
      const usual = await targetWith(probe, password);
      if (usual.kind !== 'granted')
        return cannotTell(`without any wish: ${usual.kind === 'wrong' ? usual.why : 'not let in'}`);
      const easiest = easiestAllowed(usual.target, 8 * probe.dialect.targetBytes);
      let refused = 0;
      for (const wish of WISHES) {
        const granted = await targetWith(probe, `${password}${password === '' ? '' : ','}d=${wish}`);
        const what = `d=${shown(wish)}`;
        if (granted.kind === 'wrong') return await ifServes(probe, fail(`${what}: ${granted.why}`));
        if (granted.kind === 'refused') refused += 1;
        else if (granted.target === 0n) return fail(`${what}: the target is zero`);
        else if (granted.target > easiest)
          return fail(`${what}: the target is ${granted.target.toString(16)}`);
      }
      return await ifServes(
        probe,
        pass(`${WISHES.length - refused} targets within bounds, ${refused} logins refused`),
      );
    },
  },
];

/** What a pool made of a wish. */
type Granted =
  | { readonly kind: 'granted'; readonly target: bigint }
  | { readonly kind: 'refused' }
  | { readonly kind: 'wrong'; readonly why: string };

/** A share of fewer than 2^12 hashes only exists on a test port. */
const TEST_BITS = 12n;

/**
 * The easiest target that a pool may grant to a wish. The pool chooses its own least difficulty. A target that
 * every second hash meets is too easy, except on a test port, which may have no least difficulty.
 * @param usual the target without a wish
 * @param bits the length of a hash
 */
export function easiestAllowed(usual: bigint, bits: number): bigint {
  const half = 1n << BigInt(bits - 1);
  const near = usual << TEST_BITS;
  const far = usual << 32n;
  if (far < half) return far;
  return near > half ? near : half;
}

/**
 * The easiest target of a login with this password, or zero where one of them is.
 */
async function targetWith(probe: PoolProbe, password: string): Promise<Granted> {
  const connection = await probe.open();
  await connection.request('mining.subscribe', probe.subscribeParams());
  const reply = await connection.request('mining.authorize', [probe.options.worker, password]);
  if (isRefused(reply)) return { kind: 'refused' };
  if (!isAccepted(reply)) return { kind: 'wrong', why: `${inWords(reply)}${connection.ending}` };
  if ((await connection.notice('mining.notify')) === undefined) return { kind: 'wrong', why: 'no job came' };
  // A target that comes after the first job belongs to the next job.
  if (!(await stillTalks(probe, connection))) return { kind: 'wrong', why: 'nothing more after the job' };
  const targets = targetsIn(probe.dialect, connection.received);
  connection.close();
  const values = targets.filter((target) => target !== undefined);
  if (values.length < targets.length) return { kind: 'wrong', why: 'an unreadable target' };
  if (values.length === 0) return { kind: 'wrong', why: 'a job came without a target' };
  const easiest = values.reduce((a, b) => (a > b ? a : b));
  return { kind: 'granted', target: values.includes(0n) ? 0n : easiest };
}
