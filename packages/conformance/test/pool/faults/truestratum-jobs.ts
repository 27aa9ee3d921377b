import { EPOCH0_DATASET_HASH, epoch0Seeds } from '@adit/pow';
import { decodeHex } from '@adit/primitives';
import { seedsResult } from '@adit/stratum';
import { refuse } from '../../support/engine.ts';
import {
  type Fault,
  isError,
  isMethod,
  isReply,
  type Json,
  onMethod,
  rewrite,
  withParam,
} from '../../support/fault.ts';
import { TEST_LIMITS } from '../../support/options.ts';
import type { FaultCases } from './fault-case.ts';

const isNotify = isMethod('mining.notify');

/** For checks that wait until the work changes. A busy machine may miss the first change. */
const PATIENT = {
  limits: { ...TEST_LIMITS, jobMs: 20_000 },
};
/** The next block comes long after the probe has checked whether a block made a share stale. */
const SLOW_JOBS = { rig: { jobEveryMs: 1_500 }, probe: PATIENT };

/** Remembers the id of the newest job of a connection. */
const remembersJobs: Pick<Fault, 'outgoing'> = {
  outgoing: (line, { memory }) => {
    const message = JSON.parse(line) as Json;
    if (!isNotify(message)) return line;
    memory.set('newest', (message['params'] as unknown[])[0]);
    return line;
  },
};

/** The method treats a job that is not the newest as unknown. */
function knowsTheNewestOnly(method: string): Pick<Fault, 'incoming' | 'outgoing'> {
  return {
    ...remembersJobs,
    ...onMethod(method, (message, { memory }) =>
      (message['params'] as unknown[])[1] === memory.get('newest') ? message : withParam(message, 1, 'none'),
    ),
  };
}

/** Delays lines of one kind, so that others overtake them. */
function late(wanted: (message: Json) => boolean): Pick<Fault, 'outgoing'> {
  return {
    outgoing: (line, connection) => {
      if (!wanted(JSON.parse(line) as Json)) return line;
      setTimeout(() => connection.socket.writable && connection.say(line), 50);
      return undefined;
    },
  };
}

export const TRUE_JOB_FAULTS: FaultCases = {
  'true-answers-in-order': {
    does: 'answers whichever verdict comes first',
    ...late((message) => message['id'] === 244 && message['result'] === true),
  },
  'true-refusal-shape': {
    does: 'writes NULL like the document',
    outgoing: (line) => (line.includes('"error":[') ? line.replace('null]}', 'NULL]}') : line),
  },
  'true-job-after-share': {
    does: 'sends no header twice',
    outgoing: (line, { memory }) => {
      const message = JSON.parse(line) as Json;
      if (!isNotify(message)) return line;
      const header = (message['params'] as unknown[])[2];
      const again = memory.get('header') === header;
      memory.set('header', header);
      return again ? undefined : line;
    },
  },
  'true-job-after-refusal': {
    does: 'sends no job after a refusal',
    outgoing: (line, { memory }) => {
      const message = JSON.parse(line) as Json;
      const dropped = isNotify(message) && memory.get('refused') === true;
      memory.set('refused', isError(message));
      return dropped ? undefined : line;
    },
  },
  'true-job-each-minute': {
    does: 'sends one job and no other',
    rig: { jobEveryMs: 500 },
    outgoing: (line, { memory }) => {
      if (!isNotify(JSON.parse(line) as Json)) return line;
      const again = memory.has('job');
      memory.set('job', true);
      return again ? undefined : line;
    },
  },
  'true-job-id-new': {
    does: 'has one job id for everything',
    rig: { jobEveryMs: 500 },
    probe: PATIENT,
    ...rewrite(isNotify, (message) => withParam(message, 0, '000000010000')),
  },
  'true-job-same-header': {
    does: 'forgets a job id when the next goes out',
    ...knowsTheNewestOnly('mining.submit'),
  },
  'true-job-not-clean': {
    does: 'forgets a job when the next goes out',
    ...SLOW_JOBS,
    ...knowsTheNewestOnly('mining.submit'),
  },
  'true-job-stale': {
    does: 'hashes a stale share with the header of the newest job',
    rig: { jobEveryMs: 300 },
    probe: PATIENT,
    verdict: (keep) => (!keep.accepted && keep.reason === 'stale_job' ? refuse('low_difficulty') : keep),
  },
  'true-job-unknown': {
    does: 'calls an unknown job a low difficulty',
    ...rewrite(isError, (message) => {
      const [code, ...rest] = message['error'] as unknown[];
      return { ...message, error: [code === -1 ? 23 : code, ...rest] };
    }),
  },
  'true-job-id-twice': {
    does: 'pays a nonce once for each job id',
    verdict: (keep) =>
      !keep.accepted && keep.reason === 'duplicate_share' ? { accepted: true, weight: 32n } : keep,
  },
};

const hasSeeds = (message: Json): boolean =>
  isReply(message) && Array.isArray(message['result']) && message['result'].length === 2;

/** Changes the list of an answer with seeds. */
function withSeeds(change: (seeds: string[]) => string[]): Pick<Fault, 'outgoing'> {
  return rewrite(hasSeeds, (message) => {
    const [seeds, hash] = message['result'] as [string[], string];
    return { ...message, result: [change(seeds), hash] };
  });
}

export const TRUE_SEED_FAULTS: FaultCases = {
  'true-seeds-shape': {
    does: 'writes 0x before the seeds',
    ...withSeeds((seeds) => seeds.map((seed) => `0x${seed}`)),
  },
  'true-seeds-rebuild': {
    does: 'sends the seeds backwards',
    ...withSeeds((seeds) => seeds.toReversed()),
  },
  'true-seeds-old-job': {
    does: 'knows the seeds of the newest job id alone',
    ...knowsTheNewestOnly('mining.seedhash'),
  },
  'true-seeds-after-reconnect': {
    does: 'says nothing about a job of which it has seen no share',
    incoming: (line, { memory }) => {
      if (line.includes('"mining.submit"')) memory.set('submitted', true);
      return line.includes('"mining.seedhash"') && !memory.has('submitted') ? undefined : line;
    },
  },
  'true-seeds-unknown-job': {
    does: 'says nothing about a job without an id',
    ...onMethod('mining.seedhash', (message) =>
      (message['params'] as unknown[]).length < 2 ? undefined : message,
    ),
  },
  'true-seeds-no-login': {
    does: 'sends seeds to whoever asks for them',
    ...onMethod('mining.seedhash', ({ id }, { say }) => {
      const seeds = seedsResult(epoch0Seeds(), decodeHex(EPOCH0_DATASET_HASH, 32, 'hash'));
      say(`{"id":${id},"result":${seeds},"error":null}`);
      return undefined;
    }),
  },
  'true-seeds-before-submissions': {
    does: 'answers submissions first',
    ...late(hasSeeds),
  },
  'true-seeds-unread': {
    does: 'dies of too many answers that nobody reads',
    ...onMethod('mining.seedhash', (message, { memory, crash }) => {
      const asked = Number(memory.get('asked') ?? 0) + 1;
      memory.set('asked', asked);
      if (asked === 20) crash();
      return message;
    }),
  },
};
