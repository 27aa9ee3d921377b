import { shown } from '@adit/wire';
import { field, trueStratumDocument } from '../../catalogue/rules.ts';
import { fail, pass } from '../../report/finding.ts';
import type { PoolCheck } from '../check.ts';
import { notifyShape, targetEncoding } from '../tools/handshake.ts';
import { loginTrueStratum } from './session/login.ts';

/** The reference miner writes a submission into a buffer of 256 bytes without checking that it fits. */
const MAX_JOB_ID_BYTES = 128;
const MAX_WORKER_AND_JOB_ID_BYTES = 150;

/** Checks of the form of targets and jobs. */
export const TRUESTRATUM_JOB_SHAPE: readonly PoolCheck[] = [
  targetEncoding({
    id: 'true-target-encoding',
    title: 'mining.set_difficulty carries a target of 32 hex digits',
    dialects: ['truestratum'],
    rules: [trueStratumDocument(3), field('they ignore numbers, and the 16 digits of the example')],
    sent: 'mining.subscribe and mining.authorize',
    expected: 'params: one string of 32 hex digits, above zero',
  }),
  notifyShape(
    {
      id: 'true-notify-shape',
      title: 'a job has an id, the hashes of dataset and header, and a boolean',
      dialects: ['truestratum'],
      rules: [trueStratumDocument(4), field('they ignore hashes that are not 64 digits')],
      sent: 'mining.subscribe and mining.authorize',
      expected:
        'job id as a string, seedhash and headerhash (64 lower-case digits without 0x), clean as a boolean',
    },
    faultOfJob,
  ),
  {
    id: 'true-job-id-length',
    title: "a job id is short and plain enough for the reference miner's buffers",
    group: 'conformance',
    dialects: ['truestratum'],
    rules: [field('job ids below 128 characters, worker and job id below 150, and no escaping')],
    sent: 'mining.subscribe and mining.authorize',
    expected: 'printable ASCII without quotes and backslashes, short enough together with the worker name',
    run: async (probe) => {
      const { connection, worker } = await loginTrueStratum(probe);
      const notice = await connection.notice('mining.notify');
      if (notice === undefined) return fail('no mining.notify came');
      const [id] = notice.params;
      if (typeof id !== 'string') return fail(`the job id is ${shown(id)}`);
      if (!/^[!#-[\]-~]+$/.test(id)) return fail(`the job id is ${shown(id)}`);
      const together = worker.length + id.length;
      // The miner chooses the worker name. Where that is too long by itself, only a long id is the pool's fault.
      const room = Math.max(MAX_WORKER_AND_JOB_ID_BYTES - worker.length, 32);
      const right = id.length < Math.min(MAX_JOB_ID_BYTES, room);
      return (right ? pass : fail)(`${id.length} characters, ${together} together with the worker name`);
    },
  },
];

/** @returns what is wrong with the parameters of a job; undefined where nothing is */
function faultOfJob(params: readonly unknown[]): string | undefined {
  if (params.length !== 4) return `${params.length} parameters instead of 4`;
  const [id, seedHash, headerHash, clean] = params;
  if (typeof id !== 'string' || id === '') return `the job id is ${shown(id)}`;
  for (const [name, value] of Object.entries({ seedHash, headerHash })) {
    if (typeof value !== 'string' || !/^[0-9a-f]{64}$/.test(value)) {
      return `the ${name.toLowerCase()} is ${shown(value)}`;
    }
  }
  return typeof clean === 'boolean' ? undefined : `the last parameter is ${shown(clean)}`;
}
