import type { MinerCheck } from '../check.ts';
import type { MinerProbe } from '../probe/miner-probe.ts';
import type { MinerSession } from '../probe/miner-session.ts';
import { hostile } from './attack.ts';

type Notify = { id: null; method: string; params: unknown[] };

/** Sends a job with some of its parameters replaced. The session does not remember it as a job. */
function brokenJob(
  session: MinerSession,
  probe: MinerProbe,
  changes: (params: unknown[]) => unknown[],
): void {
  const { dialect } = probe;
  const line = dialect.notifyLine({
    id: 'probe-broken',
    work: dialect.newWork(),
    clean: false,
    target: dialect.widestTarget,
    targetByVardiff: false,
    nonce1: session.nonce1,
    sentAt: 0,
  });
  const notify = JSON.parse(line) as Notify;
  session.connection.send(JSON.stringify({ ...notify, params: changes(notify.params) }));
}

/** The first parameter that is a hash of 32 bytes. */
const isHash = (param: unknown) => typeof param === 'string' && param.length === 64;

export const shortHashes: MinerCheck = hostile(
  'job-short-hashes',
  'a job whose hashes have the wrong length is not mined',
  'jobs with hashes of 62 digits, of 66, of other letters, and of none',
  (session, probe) => {
    for (const wrong of ['00'.repeat(31), '00'.repeat(33), 'zz'.repeat(32), '', null, 7])
      brokenJob(session, probe, (params) => params.map((param) => (isHash(param) ? wrong : param)));
  },
);

export const missingParams: MinerCheck = hostile(
  'job-missing-params',
  'a job with parameters missing is not mined',
  'mining.notify with no parameters, with two, and with an object in place of the array',
  (session, probe) => {
    brokenJob(session, probe, () => []);
    brokenJob(session, probe, (params) => params.slice(0, 2));
    session.connection.send('{"id":null,"method":"mining.notify","params":{"job":"probe-broken"}}');
    session.connection.send('{"id":null,"method":"mining.notify"}');
  },
);

export const objectId: MinerCheck = hostile(
  'job-id-object',
  'a job whose id is not a string is not mined',
  'jobs with an object, an array, a number and null as their id',
  (session, probe) => {
    for (const id of [{ toString: 'x' }, [1], 7, null, true])
      brokenJob(session, probe, (params) => params.with(0, id));
  },
);

export const hugeId: MinerCheck = hostile(
  'job-id-huge',
  'a job id of 100 KB does no harm',
  'a well-formed job whose id has 100,000 letters',
  (session) => {
    const { lines } = session.prepareJob({ id: 'x'.repeat(100_000), clean: false });
    session.connection.bytes(lines, '(a job with an id of 100,000 letters)');
  },
);

export const protoId: MinerCheck = hostile(
  'job-id-proto',
  'a job id that means something to JavaScript is an id like any other',
  'well-formed jobs with the ids __proto__, constructor and the empty one',
  (session) => {
    for (const id of ['constructor', '', '__proto__']) session.sendJob({ id, clean: false });
  },
);

export const zeroTarget: MinerCheck = hostile(
  'target-zero',
  'a miner sends no shares under a target of zero',
  'a target of zero and a clean job',
  (session) => {
    session.sendJob({ target: 0n });
  },
);

/** Sends something that is not a target, and a job after it. Shares of that job are judged by the target before. */
function badTarget(id: string, title: string, sent: string, param: unknown): MinerCheck {
  return hostile(id, title, sent, (session, probe) => {
    const method = probe.dialect.targetMethod;
    const { target = probe.easyTarget } = session;
    session.connection.send(JSON.stringify({ id: null, method, params: [param] }));
    session.sendJob({ target });
  });
}

export const shortTarget: MinerCheck = badTarget(
  'target-odd-digits',
  'a target with a digit too few does no harm',
  'a target of an odd number of digits, and a clean job',
  'f'.repeat(31),
);

export const numberTarget: MinerCheck = badTarget(
  'target-number',
  'a number in place of a target does no harm',
  'a number as the target, and a clean job',
  1,
);

export const missingTarget: MinerCheck = badTarget(
  'target-null',
  'null in place of a target does no harm',
  'null as the target, and a clean job',
  null,
);
