import { EPOCH0_DATASET_HASH, TrueHashDataset } from '@adit/pow';
import { concatBytes, encodeHex, tryDecodeHex } from '@adit/primitives';
import type { MinerProbeLimits } from '../../src/index.ts';
import { EASIEST, type Fault, type MinerJob, type ScriptedMiner } from './scripted-miner.ts';

export interface NamedFault {
  readonly fault: Fault;
  /** The sentence of the finding. */
  readonly came: RegExp;
  /** More time, where the fault needs it to show. */
  readonly limits?: Partial<MinerProbeLimits>;
}

const dies = (miner: ScriptedMiner) => {
  miner.die();
  return true;
};
/** Crashes at a message of this method that meets the condition. */
const crashesAt = (
  method: string,
  when: (params: readonly unknown[], id: unknown) => boolean = () => true,
): Fault => ({
  message: ({ method: name, params, id }, miner) =>
    name === method && when(Array.isArray(params) ? params : [], id) ? dies(miner) : false,
});
const nothing = (_died: boolean) => Buffer.alloc(0);
const GONE = /did not come|connection ended|no share/;
const noTarget = (job: MinerJob | undefined) => (job === undefined ? undefined : { ...job, target: EASIEST });
const linesOf = (bytes: Buffer) => bytes.toString('latin1').split('\n').length - 1;
/** Reads only the first line of a packet with more lines than this. */
const firstLineOnly = (most: number): Fault => ({
  chunk: (bytes) => (linesOf(bytes) > most ? bytes.subarray(0, bytes.indexOf(10) + 1) : bytes),
});
const withParam = (place: number, change: (value: string) => unknown): Fault => ({
  shares: (params) => [params.with(place, change(String(params[place])))],
});
const reversed = (hex: string) => encodeHex((tryDecodeHex(hex) ?? new Uint8Array()).reverse());
/** Builds a dataset from any seeds, and does not check its hash. */
const believes: Fault = {
  message: ({ id, result }, miner) => {
    const [list] = id === 5 && Array.isArray(result) ? (result as unknown[]) : [];
    if (!Array.isArray(list)) return false;
    const seeds = concatBytes(...list.map((seed) => tryDecodeHex(seed, 16) ?? new Uint8Array(16)));
    const hash = miner.jobs.at(-1)?.hashes[0] ?? '';
    miner.datasets.set(hash, TrueHashDataset.fromSeeds(seeds));
    return true;
  },
};
/** Mines with the dataset that it has. */
const anyDataset: Fault = {
  dataset: (hash, miner) => miner.datasets.get(hash) ?? [...miner.datasets.values()].at(-1),
};

/** For each check, by its id, a miner whose fault it must find. */
export const FAULTS: Readonly<Record<string, NamedFault>> = {
  'zcash-subscribe-request': {
    fault: { subscribeParams: () => ['x', null, '127.0.0.1'] },
    came: /3 parameters/,
  },
  'true-subscribe-request': { fault: { subscribeParams: () => ['x', 'Stratum/1'] }, came: /its version is/ },
  'authorize-request': { fault: { authorizeParams: ['', 'x'] }, came: /its worker is/ },
  'first-share': { fault: withParam(3, (nonce2) => `${nonce2.slice(0, -2)}ff`), came: /does not solve/ },
  'request-ids': { fault: { submitId: () => null }, came: /without an id, or with null/ },
  'zcash-solution-prefix': {
    fault: withParam(4, (solution) => solution.slice(2)),
    came: /it begins with|it has/,
  },
  'zcash-header-time': { fault: withParam(2, reversed), came: /off that of the job/ },
  'true-decimal-nonce': {
    fault: withParam(2, (nonce) => `0x${BigInt(nonce).toString(16)}`),
    came: /its nonce is "0x/,
  },
  'twenty-shares': { fault: { shares: (params) => [params, params] }, came: /sent before/ },
  'new-target-next-job': { fault: { job: noTarget }, came: /above the target/ },
  'hard-target': { fault: { job: noTarget }, came: /above the target/ },
  'clean-job': { fault: keepsOldJobs(), came: /was withdrawn/, limits: { graceMs: 300, quietMs: 20_000 } },
  'not-clean-job': {
    fault: {
      message: ({ method, params }, miner) => {
        if (method !== 'mining.notify' || !Array.isArray(params) || params[7] !== false) return false;
        miner.jobs = [];
        return true;
      },
      // With one submission under way a burst cannot bring enough shares of the old job.
      shares: (params, miner) => (miner.unanswered.length === 0 ? [params] : []),
    },
    came: /only [0-9] shares/,
  },
  'ten-jobs-at-once': { fault: firstLineOnly(5), came: /no share of job/ },
  'strange-job-ids': { fault: withParam(1, (id) => id.toLowerCase()), came: /none of this connection/ },
  'true-job-after-share': {
    fault: {
      message: ({ method, params }, miner) =>
        method === 'mining.notify' && Array.isArray(params) && miner.jobs.at(-1)?.hashes[1] === params[2],
    },
    came: /no share of job/,
  },
  'true-16-digit-target': {
    fault: {
      message: ({ method, params }, miner) => {
        const text = method === 'mining.set_difficulty' ? String(params?.[0]) : '';
        if (text.length !== 16) return false;
        miner.target = BigInt(`0x${text}`);
        return true;
      },
    },
    came: /no share of job/,
  },
  'zcash-unknown-version': {
    fault: {
      message: ({ method, params }, miner) => {
        if (method !== 'mining.notify' || params?.[1] === '04000000' || miner.target === undefined)
          return false;
        const [id, version, a, b, c, time, bits] = (params ?? []).map(String);
        const hashes = [a, b, c].map(String);
        const job = { id, version: String(version), hashes, time: String(time), bits: String(bits) };
        miner.add({ ...job, target: miner.target, nonce1: miner.nonce1 ?? '' }, true);
        return true;
      },
    },
    came: /a share of the job with version 5/,
  },
  'zcash-extra-params': {
    fault: { message: ({ method, params }) => method === 'mining.notify' && params?.length !== 8 },
    came: /no share of job/,
  },
  'crlf-lines': {
    fault: {
      chunk: (bytes, miner) => (bytes.includes('\r\n') ? nothing(dies(miner)) : bytes),
    },
    came: GONE,
  },
  'one-byte-pieces': {
    fault: {
      chunk: (bytes, miner) => (bytes.at(-1) === 10 ? bytes : nothing(dies(miner))),
    },
    came: GONE,
  },
  'many-lines-in-one-packet': { fault: firstLineOnly(3), came: /no share of job/ },
  'unknown-notification': { fault: crashesAt('mining.probe_unknown'), came: GONE },
  'unknown-request': { fault: crashesAt('mining.probe_unknown'), came: GONE },
  'true-get-version': {
    fault: answersWith('client.get_version', 7),
    came: /the answer is 7/,
  },
  'true-show-message': {
    fault: answersWith('client.show_message', false),
    came: /the answer is false/,
  },
  'late-replies': {
    fault: {
      shares: (params, miner) => {
        setTimeout(() => {
          if (miner.unanswered.length > 0) miner.die();
        }, 50);
        return [params];
      },
    },
    came: /it left|connection ended/,
  },
  'replies-out-of-order': {
    fault: {
      message: ({ id, method }, miner) => {
        const place = method === undefined ? miner.unanswered.indexOf(id) : -1;
        return place > 0 ? dies(miner) : false;
      },
    },
    came: GONE,
  },
  'refusal-forms': {
    fault: {
      message: ({ error }, miner) =>
        error !== null && error !== undefined && !Array.isArray(error) ? dies(miner) : false,
    },
    came: /it left after code 20/,
  },
  'zcash-set-extranonce': {
    fault: { message: ({ method }) => method === 'mining.set_extranonce' },
    came: /nonce2 is not/,
  },
  'true-other-dataset': { fault: anyDataset, came: /neither half/ },
  'true-zero-nonce': {
    fault: {
      message: ({ method, params }, miner) => {
        if (method === 'mining.notify' && params?.[3] === true) miner.submit(['alice.rig', params[0], '0']);
        return false;
      },
    },
    came: /^\d+ came that are no shares/,
  },
  'true-dataset-back': {
    fault: {
      dataset: (hash, miner) =>
        hash === EPOCH0_DATASET_HASH ? [...miner.datasets.values()].at(-1) : miner.datasets.get(hash),
    },
    came: /neither half/,
  },
  'reconnect-here': {
    fault: { message: ({ method }) => method === 'client.reconnect' },
    came: /it stayed on/,
  },
  'reconnect-named': { fault: crashesAt('client.reconnect'), came: /did not come back/ },
  resume: {
    fault: {
      subscribeParams: (miner) => ['x', miner.sessionId === null ? null : 'made-up', '127.0.0.1', miner.port],
    },
    came: /offers the session "made-up"/,
  },
  'cut-mid-line': { fault: { lost: (miner) => miner.die() }, came: /did not come back/ },
  'waits-for-subscribe-reply': { fault: { eager: true }, came: /mining\.authorize came before/ },
  'waits-for-job': {
    fault: {
      message: ({ id }, miner) => {
        if (id === 2) setImmediate(() => miner.submit(['alice.rig', 'no-job', '00000000', '00', '00']));
        return false;
      },
    },
    came: /before any job/,
  },
  'job-before-authorize-reply': {
    fault: { message: ({ method }, miner) => method === 'mining.notify' && !miner.authorized },
    came: /no share of job/,
  },
  'zcash-nonce1-1': { fault: { nonce2Bytes: 28 }, came: /nonce2 is not 31 bytes/ },
  'zcash-nonce1-4': { fault: { nonce2Bytes: 27 }, came: /nonce2 is not 28 bytes/ },
  'zcash-nonce1-8': { fault: { nonce2Bytes: 28 }, came: /nonce2 is not 24 bytes/ },
  'zcash-nonce1-16': { fault: { nonce2Bytes: 28 }, came: /nonce2 is not 16 bytes/ },
  'true-extranonce': {
    // Every second share ignores it. With whole steps, eight shares of one kind could come in a row.
    fault: {
      job: (job, miner) =>
        job === undefined ? undefined : { ...job, nonce1: sharesOf(miner) % 2 === 0 ? '' : job.nonce1 },
      shares: (params, miner) => {
        shares.set(miner, sharesOf(miner) + 1);
        return [params];
      },
    },
    came: /of \d+ nonces begin with/,
  },
  'reconnect-elsewhere': {
    fault: {
      message: ({ method, params }, miner) => {
        if (method !== 'client.reconnect' || params?.[0] !== '127.0.0.2') return false;
        miner.leave(String(params[0]), Number(params[1]));
        return true;
      },
    },
    came: /went to the other host/,
  },
  'unasked-answers': {
    fault: {
      message: ({ id, method }, miner) => (method === undefined && id === 99_999_999 ? dies(miner) : false),
    },
    came: GONE,
  },
  'result-and-error': {
    fault: {
      message: ({ result, error }, miner) => (result === true && Array.isArray(error) ? dies(miner) : false),
    },
    came: GONE,
  },
  'not-json': { fault: { garbage: (_text, miner) => miner.die() }, came: GONE },
  'invalid-utf8': {
    fault: {
      chunk: (bytes, miner) => (bytes.includes(0xff) ? nothing(dies(miner)) : bytes),
    },
    came: GONE,
  },
  'terminal-text': {
    fault: crashesAt('client.show_message', ([text]) => typeof text !== 'string'),
    came: GONE,
  },
  'deep-nesting': { fault: crashesAt('mining.notify', ([first]) => Array.isArray(first)), came: GONE },
  'long-line': { fault: { garbage: (_text, miner) => miner.die() }, came: GONE },
  'job-id-proto': { fault: crashesAt('mining.notify', ([id]) => id === '__proto__'), came: GONE },
  'job-id-huge': { fault: crashesAt('mining.notify', ([id]) => String(id).length > 1_000), came: GONE },
  'job-id-object': { fault: minesAnyId(), came: /does not begin with a worker and a job id/ },
  'job-missing-params': { fault: crashesAt('mining.notify', (params) => params.length < 3), came: GONE },
  'job-short-hashes': { fault: minesAnyHashes(), came: /"probe-broken" is none of this connection/ },
  'target-zero': {
    fault: { job: (job) => (job?.target === 0n ? noTarget(job) : job) },
    came: /above the target/,
  },
  'target-odd-digits': {
    fault: crashesAt('mining.set_target', ([target]) => String(target).length === 31),
    came: GONE,
  },
  'target-number': {
    fault: crashesAt('mining.set_target', ([target]) => typeof target === 'number'),
    came: GONE,
  },
  'target-null': { fault: crashesAt('mining.set_target', ([target]) => target === null), came: GONE },
  'zcash-extranonce-too-long': {
    fault: {
      message: ({ method, params }, miner) => {
        if (method !== 'mining.set_extranonce') return false;
        miner.nonce1 = String(params?.[0]).slice(0, 62);
        return true;
      },
    },
    came: /nonce2 is not/,
  },
  'nonce1-too-long': {
    fault: minesUnderAnyNonce1(),
    came: /a nonce1 that cannot be/,
  },
  'nonce1-odd-digits': {
    fault: minesUnderAnyNonce1(),
    came: /a nonce1 that cannot be/,
  },
  'nonce1-not-hex': {
    fault: minesUnderAnyNonce1(),
    came: /a nonce1 that cannot be/,
  },
  'nonce1-missing': {
    fault: {
      message: ({ id, result }, miner) =>
        id === 1 && Array.isArray(result) && result.length === 1 ? dies(miner) : false,
    },
    came: /did not come back/,
  },
  'true-no-seeds': { fault: anyDataset, came: /whose dataset it cannot have/ },
  'true-short-seeds': { fault: believesFew(), came: /whose dataset it cannot have/ },
  'true-wrong-seeds': { fault: believes, came: /whose dataset it cannot have/ },
  'silent-pool': { fault: floods(), came: /messages to a silent pool/ },
  'does-not-hammer': { fault: { pauseMs: 0 }, limits: { hammerMs: 10_000 }, came: /it tried again after/ },
  'refused-worker': {
    fault: { message: ({ id, error }) => id === 2 && error !== null },
    came: /for a worker that was refused/,
  },
};

function answersWith(name: string, result: unknown): Fault {
  return {
    message: ({ id, method }, miner) => {
      if (method !== name || id === null) return false;
      miner.send({ id, result, error: null });
      return true;
    },
  };
}

function keepsOldJobs(): Fault {
  const seen: MinerJob[] = [];
  let jobs = 0;
  return {
    job: (job) => {
      if (job !== undefined && !seen.includes(job)) seen.push(job);
      jobs += 1;
      return job === undefined || jobs % 2 === 0 ? job : seen[0];
    },
  };
}

const shares = new WeakMap<ScriptedMiner, number>();
function sharesOf(miner: ScriptedMiner): number {
  return shares.get(miner) ?? 0;
}

function minesAnyId(): Fault {
  return {
    message: ({ method, params }, miner) => {
      if (method !== 'mining.notify' || typeof params?.[0] === 'string' || miner.target === undefined)
        return false;
      const [version, a, b, c, time, bits] = (params ?? []).slice(1).map(String);
      const job = {
        id: params?.[0],
        version: String(version),
        hashes: [a, b, c].map(String),
        time: String(time),
        bits: String(bits),
      };
      miner.add({ ...job, target: miner.target, nonce1: miner.nonce1 ?? '' }, true);
      return true;
    },
  };
}

function minesAnyHashes(): Fault {
  return {
    message: ({ method, params }, miner) => {
      if (method !== 'mining.notify' || params?.[0] !== 'probe-broken' || miner.target === undefined)
        return false;
      const [id, version, , , , time, bits] = (params ?? []).map(String);
      const hashes = Array.from({ length: 3 }, () => '00'.repeat(32));
      const job = { id, version: String(version), hashes, time: String(time), bits: String(bits) };
      miner.add({ ...job, target: miner.target, nonce1: miner.nonce1 ?? '' }, true);
      return true;
    },
  };
}

function minesUnderAnyNonce1(): Fault {
  return {
    message: ({ id, result, method, params }, miner) => {
      if (method === 'mining.notify' && miner.nonce1 !== undefined) {
        miner.submit(['alice.rig', params?.[0], params?.[5], '', '24']);
        return true;
      }
      if (id !== 1 || miner.nonce1 !== undefined || !Array.isArray(result)) return false;
      miner.nonce1 = String(result[1]);
      miner.request(2, 'mining.authorize', ['alice.rig', 'a-secret-word']);
      return true;
    },
  };
}

function believesFew(): Fault {
  return {
    message: ({ id, result }, miner) => {
      const [list] = id === 5 && Array.isArray(result) ? (result as unknown[]) : [];
      if (!Array.isArray(list)) return false;
      const hash = miner.jobs.at(-1)?.hashes[0] ?? '';
      const seeds = new Uint8Array(163_840);
      miner.datasets.set(hash, TrueHashDataset.fromSeeds(seeds));
      return true;
    },
  };
}

/** Repeats its request while it has no answer. */
function floods(): Fault {
  return {
    subscribeParams: (miner) => {
      for (let i = 0; i < 20; i += 1)
        miner.request(1, 'mining.subscribe', ['x', null, '127.0.0.1', miner.port]);
      return ['x', null, '127.0.0.1', miner.port];
    },
  };
}
