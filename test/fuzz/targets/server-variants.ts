import { encodeHex, readUint32LE } from '@adit/primitives';
import {
  easierOf,
  jobIdOf,
  parseTrueJobId,
  type ServerSession,
  type TrueSessionStart,
  type TrueStratumServerOptions,
  TrueStratumServerSession,
  type TrueSubmission,
  type ZcashJob,
  type ZcashKept,
  type ZcashServerOptions,
  ZcashServerSession,
  type ZcashSessionStart,
  type ZcashSubmission,
  zcashNotifyLine,
} from '@adit/stratum';
import { fromText } from '../mutate.ts';
import { TRUE_SHARE, ZCASH_SHARE } from '../seeds.ts';
import type { Terms } from '../server-oracle.ts';
import { demand } from '../violation.ts';
import type { OpenSession, Port } from './server.ts';

const hex = (text: string) => new Uint8Array(Buffer.from(text, 'hex'));
const NETWORK = 1n << 200n;
/** Jobs that a session still knows: as many as a pool keeps in some minutes. */
const KNOWN_JOBS = 20;
const SOLUTION = '0401020304';

function zcashJob(sequence: number): ZcashJob {
  const fields = {
    version: 4,
    prevHash: hex('11'.repeat(32)),
    merkleRoot: hex('22'.repeat(32)),
    reserved: hex('33'.repeat(32)),
    time: 0x5c8bb947,
    bits: 0x1f07ffff,
  };
  const line = (clean: boolean) =>
    new TextEncoder().encode(zcashNotifyLine(jobIdOf(sequence), fields, clean));
  return {
    sequence,
    order: sequence,
    cleanLine: line(true),
    keepLine: line(false),
    networkTarget: NETWORK,
    oldestKnown: Math.max(0, sequence - KNOWN_JOBS),
  };
}

type ZcashChanges = Partial<ZcashServerOptions & ZcashSessionStart>;
type Make<Options, Start, Session> = new (options: Options, start: Start) => Session;

/** @param Session another class for the session, to test that its faults are found */
export function zcashVariant(
  changes: ZcashChanges,
  Session: Make<ZcashServerOptions, ZcashSessionStart, ZcashServerSession> = ZcashServerSession,
): OpenSession {
  return (port: Port, n: number) => {
    const nonceBytes = changes.nonce1?.length ?? 4;
    const nonce1 = hex(n.toString(16).padStart(2 * nonceBytes, 'a'));
    const options: ZcashServerOptions & ZcashSessionStart = {
      sessionId: n.toString(16).padStart(32, 'e'),
      solutionPrefix: hex('04'),
      solutionBytes: 4,
      nonceLayout: 'leading',
      jobOnSubscribe: false,
      failedResult: null,
      targets: [{ from: 0, value: 1n << 255n }],
      ...changes,
      nonce1,
      authorize: port.authorize,
      resume: (id) => port.resume(id) as ZcashKept | undefined,
    };
    const session = new Session(options, options);
    const leading = options.nonceLayout === 'leading';
    let newest = -1;
    return {
      session: session as ServerSession<unknown>,
      failed: options.failedResult ?? null,
      jobNotFound: 21,
      share: fromText(ZCASH_SHARE),
      fill(count, own) {
        const NONCE2 = count.toString(16).padStart(64 - own.length, '0');
        return { NONCE2, FULL: leading ? own + NONCE2 : NONCE2 + own, SOLUTION, NONCE: String(count) };
      },
      job: (sequence, clean) => {
        newest = sequence;
        return session.job(zcashJob(sequence), clean);
      },
      setTarget: (target) => session.setTarget(target, newest + 1, Math.max(0, newest - KNOWN_JOBS)),
      setNonce1: (count, sequence) => {
        newest = sequence;
        return session.setNonce1(hex(count.toString(16).padStart(2 * nonceBytes, 'b')), zcashJob(sequence));
      },
      keep: () => session.keep(),
      check(submission, params, terms) {
        checkZcash(submission as ZcashSubmission, params, terms, leading);
      },
    };
  };
}

function checkZcash(got: ZcashSubmission, params: readonly unknown[], terms: Terms, leading: boolean): void {
  const [, job, time, nonce2, solution] = params.map((param) => String(param).toLowerCase());
  const nonce = encodeHex(got.nonce);
  const { nonce1 } = terms;
  demand(got.nonce.length === 32, 'nonce', nonce);
  if (nonce1 !== undefined) {
    const whole = nonce2?.length === 64 ? nonce2 : leading ? nonce1 + nonce2 : nonce2 + nonce1;
    demand(nonce === whole, 'nonce', `${nonce} of ${nonce2}, nonce1 ${nonce1}`);
    demand(leading ? nonce.startsWith(nonce1) : nonce.endsWith(nonce1), 'nonce', `${nonce} is not its own`);
  }
  demand(
    solution === `04${encodeHex(got.solution)}` && got.solution.length === 4,
    'solution',
    String(solution),
  );
  demand(got.time === readUint32LE(hex(time ?? '')) && time?.length === 8, 'time', String(time));
  demand(jobIdOf(got.jobSequence) === job, 'submit', `job ${got.jobSequence} of ${job}`);
  checkTarget(easierOf(got.target, NETWORK), terms);
}

function checkTarget(target: bigint, terms: Terms): void {
  demand(
    target === BigInt(`0x${terms.target}`),
    'target',
    `${target.toString(16)}, told was ${terms.target}`,
  );
}

const SEED_HASH = 'ab'.repeat(32);
const HEADER_HASH = 'cd'.repeat(32);
const SEEDS = `[["${'00'.repeat(16)}"],"${SEED_HASH}"]`;
const NETWORK_TARGET = 1n << 100n;
const REFRESH_DELAY_MS = 250;
const LONGEST_DELAY_MS = 700;
type TrueChanges = Partial<TrueStratumServerOptions & TrueSessionStart>;

export function trueVariant(
  changes: TrueChanges,
  Session: Make<
    TrueStratumServerOptions,
    TrueSessionStart,
    TrueStratumServerSession
  > = TrueStratumServerSession,
): OpenSession {
  return (port, n) => {
    const options: TrueStratumServerOptions & TrueSessionStart = {
      failedResult: false,
      nonce1: hex('080c'),
      sessionId: n.toString(16).padStart(32, 'e'),
      targets: [{ from: 0, value: 1n << 120n }],
      strictPrefix: false,
      refreshMs: 60_000,
      refreshDelayMs: () => REFRESH_DELAY_MS,
      seedsOf: (sequence) => (sequence % 2 === 1 ? SEEDS : undefined),
      ...changes,
      authorize: port.authorize,
    };
    const session = new Session(options, options);
    const { nonce1, strictPrefix, refreshDelayMs } = options;
    const networkTarget = NETWORK_TARGET;
    let newest = 0;
    let target = 1n << 120n;
    return {
      session: session as ServerSession<unknown>,
      failed: false,
      // The example of a refusal in the document.
      jobNotFound: -1,
      share: fromText(TRUE_SHARE),
      // An answer delays the refresh that the answer before it caused, up to a bound.
      longestDelayMs: refreshDelayMs() === 0 ? 0 : LONGEST_DELAY_MS,
      fill(count) {
        const NONCE = BigInt(
          `0x${encodeHex(nonce1)}${count.toString(16).padStart(16 - 2 * nonce1.length, '0')}`,
        );
        return { NONCE: NONCE.toString(), NONCE2: String(count), FULL: NONCE.toString(16), SOLUTION };
      },
      job(sequence, clean, now) {
        newest = Math.max(newest, sequence);
        const hashes = { seedHash: SEED_HASH, headerHash: HEADER_HASH };
        const one = strictPrefix ? undefined : target;
        return session.job({ sequence, order: sequence, ...hashes, target: one, networkTarget }, clean, now);
      },
      // Targets of this dialect have 128 bits. Where one target holds for all miners, the pool changes it.
      setTarget(next) {
        target = next >> 132n;
        session.setTarget(target, newest + 1, Math.max(0, newest - KNOWN_JOBS));
      },
      tick: (now) => session.tick(now),
      askVersion: () => session.askVersion(),
      check(submission, params, terms) {
        checkTrue(submission as TrueSubmission, params, terms, options);
      },
    };
  };
}

function checkTrue(
  got: TrueSubmission,
  params: readonly unknown[],
  terms: Terms,
  { nonce1, strictPrefix }: { readonly nonce1: Uint8Array; readonly strictPrefix: boolean },
): void {
  const text = String(params[2]);
  const number = /^[0-9]+$/.test(text) ? BigInt(text) : BigInt(`0x${text.replace(/^0x/i, '')}`);
  demand(got.nonces[0] === number && number < 1n << 64n, 'nonce', `${got.nonces[0]} of ${text}`);
  const prefix = encodeHex(nonce1);
  const own = (nonce: bigint) => nonce.toString(16).padStart(16, '0').startsWith(prefix);
  demand(
    got.nonces.length === 1 || (got.nonces.length === 2 && got.nonces.slice(1).every(own)),
    'nonce',
    text,
  );
  demand(!strictPrefix || (got.nonces.length === 1 && own(number)), 'nonce', `${number} outside ${prefix}`);
  demand(parseTrueJobId(String(params[1]))?.sequence === got.jobSequence, 'submit', `job ${got.jobSequence}`);
  demand((got.target !== undefined) === strictPrefix, 'target', `${got.target}`);
  // Where the target of the network was easier, the session sent that one.
  if (got.target !== undefined) checkTarget(easierOf(got.target, NETWORK_TARGET), terms);
  demand(got.easiest >= BigInt(`0x${terms.target}`), 'target', `${got.easiest} is not the easiest`);
}

export const ZCASH_VARIANTS: readonly OpenSession[] = [
  zcashVariant({}),
  zcashVariant({ nonceLayout: 'trailing', jobOnSubscribe: true, failedResult: false }),
  zcashVariant({ sessionId: null, nonce1: hex('00'.repeat(17)) }),
  zcashVariant({ jobOnSubscribe: true, nonce1: hex('00') }),
];

export const TRUE_VARIANTS: readonly OpenSession[] = [
  trueVariant({}),
  trueVariant({ refreshDelayMs: () => 0, nonce1: hex('') }),
  trueVariant({ strictPrefix: true, nonce1: hex('0102ff') }),
];
