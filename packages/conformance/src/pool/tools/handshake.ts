import { tryDecodeHex } from '@adit/primitives';
import { noticeIn, shown } from '@adit/wire';
import type { Question } from '../../checks/question.ts';
import { fail, type Judgement, pass } from '../../report/finding.ts';
import { shownLine } from '../../report/transcript.ts';
import { seconds } from '../../report/words.ts';
import type { PoolCheck } from '../check.ts';
import type { PoolConnection } from '../probe/pool-connection.ts';
import type { PoolProbe } from '../probe/pool-probe.ts';
import { inWords, isAccepted, worst } from '../probe/replies.ts';

// Checks that every dialect has, each with words, sources and fields of its own.

/** The words of a check of the handshake. */
export type Words = Omit<Question, 'group'>;

/** Whether `mining.subscribe` is understood in several spellings. @param spellingsOf the parameters of each */
export function subscribeSpellings(
  words: Words,
  spellingsOf: (probe: PoolProbe) => readonly (readonly unknown[])[],
): PoolCheck {
  return conformance(words, async (probe) => {
    const judgements = [];
    for (const params of spellingsOf(probe)) {
      const connection = await probe.open();
      const reply = await connection.request('mining.subscribe', params);
      const right = probe.dialect.startSession(reply) !== undefined;
      const what = `${params.length} parameters ${shown(params)}`;
      judgements.push((right ? pass : fail)(`${what}: ${right ? 'a nonce1' : inWords(reply)}`));
      connection.close();
    }
    return worst(judgements);
  });
}

/** Whether `mining.authorize` is answered with true, and with null as the error. */
export function authorizeReply(words: Words): PoolCheck {
  const check = conformance(words, async (probe) => {
    const connection = await probe.open();
    await connection.request('mining.subscribe', probe.subscribeParams());
    const { worker, password } = probe.options;
    const reply = await connection.request('mining.authorize', [worker, password]);
    const came = shownLine(inWords(reply), password);
    return (isAccepted(reply) && reply?.error === null ? pass : fail)(came);
  });
  return { ...check, asksLogin: true };
}

/** Whether a target comes before the first job, and both come without being asked for. */
export function targetBeforeJob(words: Words): PoolCheck {
  return conformance(words, async (probe) => {
    const { connection } = await probe.login();
    const { answerMs, promptMs } = probe.options.limits;
    await connection.notice('mining.notify');
    const methods = connection.received.flatMap(({ message }) =>
      'method' in message ? [message.method] : [],
    );
    const { targetMethod } = probe.dialect;
    const target = methods.indexOf(targetMethod);
    const job = methods.indexOf('mining.notify');
    if (job === -1) return fail(`no mining.notify came in ${seconds(answerMs)}`);
    const late = lateness(connection);
    if (late > promptMs) return fail(`the first job came ${seconds(late)} after the login`);
    if (target === -1) return fail(`a job came, and no ${targetMethod} at all`);
    return target < job ? pass('target, then job') : fail('a job came before any target');
  });
}

/** Milliseconds from the last answer of the login to the first job. Both are measured as they came, so that a busy probe counts for nothing. */
function lateness({ received }: PoolConnection): number {
  const login = received.filter(({ message }) => message.kind === 'response').at(1);
  const job = received.find(({ message }) => noticeIn(message)?.method === 'mining.notify');
  return login === undefined || job === undefined ? 0 : job.at - login.at;
}

/** Whether a target is one text of hex digits of the right length, above zero. */
export function targetEncoding(words: Words): PoolCheck {
  return conformance(words, async (probe) => {
    const { targetBytes, targetMethod } = probe.dialect;
    const { connection } = await probe.login();
    const notice = await connection.notice(targetMethod);
    if (notice === undefined) return fail(`no ${targetMethod} came`);
    const bytes = tryDecodeHex(notice.params[0], targetBytes);
    const right = bytes?.some((byte) => byte !== 0) === true && notice.params.length === 1;
    return (right ? pass : fail)(`params ${shown(notice.params)}`);
  });
}

/** Whether a job has the right parameters. @param faultOf says what is wrong with them; undefined where nothing is */
export function notifyShape(
  words: Words,
  faultOf: (params: readonly unknown[], probe: PoolProbe) => string | undefined,
): PoolCheck {
  return conformance(words, async (probe) => {
    const { connection } = await probe.login();
    const notice = await connection.notice('mining.notify');
    if (notice === undefined) return fail('no mining.notify came');
    const wrong = faultOf(notice.params, probe);
    return wrong === undefined ? pass(`job ${shown(notice.params[0])}`) : fail(wrong);
  });
}

function conformance(words: Words, run: (probe: PoolProbe) => Promise<Judgement>): PoolCheck {
  return { ...words, group: 'conformance', run };
}
