import { equihashSizes } from '@adit/pow';
import { encodeHex, readUint32LE, tryDecodeHex } from '@adit/primitives';
import { printable } from '@adit/wire';
import { attack, field, zcashDocument, zip301 } from '../../catalogue/rules.ts';
import { fail, pass } from '../../report/finding.ts';
import type { MinerCheck } from '../check.ts';
import { MAX_ROLL_SECONDS, zcashDialectOf } from './dialect.ts';

export const solutionPrefix: MinerCheck = {
  id: 'zcash-solution-prefix',
  title: 'a solution begins with its length as a canonical compactSize',
  group: 'conformance',
  dialects: ['zcash'],
  rules: [zip301('mining.submit()'), attack('T03')],
  sent: 'a job',
  expected: 'prefix and solution of exactly the length that the chain parameters make',
  run: async (probe) => {
    const share = await (await probe.session()).anySubmission();
    const { prefix, solutionBytes } = equihashSizes(zcashDialectOf(probe).equihash);
    const text = share.params[4];
    if (typeof text !== 'string') return fail('its solution is no string');
    if (!text.toLowerCase().startsWith(encodeHex(prefix)))
      return fail(`it begins with ${printable(text.slice(0, 6))}, not ${encodeHex(prefix)}`);
    const bytes = tryDecodeHex(text)?.length;
    if (bytes !== prefix.length + solutionBytes)
      return fail(`it has ${bytes ?? 'no'} bytes, not ${prefix.length + solutionBytes}`);
    return pass(`${encodeHex(prefix)} and ${solutionBytes} bytes`);
  },
};

export const headerTime: MinerCheck = {
  id: 'zcash-header-time',
  title: 'the time of a share is that of its job, or moved forward by little',
  group: 'conformance',
  dialects: ['zcash'],
  rules: [zip301('mining.submit()'), zcashDocument(5), field('pools that pin the time')],
  sent: 'a job whose time is a minute ago',
  expected: 'eight hex digits, little-endian, the time of the job; at the most two hours more',
  run: async (probe) => {
    const session = await probe.session();
    const fresh = zcashDialectOf(probe).newWork();
    const work = { ...fresh, time: fresh.time - 60 };
    const share = await session.anySubmission({ work });
    const bytes = tryDecodeHex(share.params[2], 4);
    if (bytes === undefined) return fail('its time is not eight hex digits');
    const moved = readUint32LE(bytes) - work.time;
    if (moved < 0 || moved > MAX_ROLL_SECONDS) return fail(`its time is ${moved} s off that of the job`);
    return pass(moved === 0 ? 'unchanged' : `moved forward by ${moved} s: pools that pin the time refuse it`);
  },
};
