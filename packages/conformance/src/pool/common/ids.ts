import { DIALECTS } from '@adit/stratum';
import { shown } from '@adit/wire';
import { JSON_RPC, trueStratumDocument, zip301 } from '../../catalogue/rules.ts';
import { fail, type Judgement, pass } from '../../report/finding.ts';
import type { PoolCheck } from '../check.ts';
import type { PoolProbe } from '../probe/pool-probe.ts';
import { inWords } from '../probe/replies.ts';
import { authorizeText, requestText, responsesFrom, stillTalks } from '../tools/messages.ts';

const RULES = [zip301('Specification'), JSON_RPC, trueStratumDocument(5)];

/** Checks of ids. Ids are JSON text. */
const SMALL_IDS = ['7', '0', '-3', '"seven"', '""', '"\\u00e9\\u2603 \\ud83d\\ude00"', '"7"'];
const LARGE_IDS = ['9007199254740993', '12345678901234567890'];

/** Checks of ids: a miner finds the answer to a request by its id. */
export const IDS: readonly PoolCheck[] = [
  {
    id: 'id-echo',
    title: 'an answer has the id of its request, of whatever type',
    group: 'conformance',
    dialects: DIALECTS,
    rules: RULES,
    sent: 'mining.authorize and a submission for an unknown job, under numbers, zero, texts and the empty text as id',
    expected: 'each answer has the id as it came',
    run: async (probe) => await echoed(probe, SMALL_IDS),
  },
  {
    id: 'id-large',
    title: 'an id beyond 2^53 comes back, with all its digits or as a double has it',
    group: 'conformance',
    dialects: DIALECTS,
    rules: RULES,
    sent: 'mining.authorize and a submission under whole numbers that no double holds as id',
    expected:
      'each answer has the id digit by digit, or rounded: no miner counts so far, and JSON promises no more',
    run: async (probe) => await echoed(probe, LARGE_IDS),
  },
  {
    id: 'id-null',
    title: 'a request with the id null is answered with null, or not at all',
    group: 'conformance',
    dialects: DIALECTS,
    rules: [JSON_RPC, zip301('Specification')],
    sent: 'mining.authorize with the id null, then one with an id',
    expected: 'no answer to the first, or one with the id null; the second is answered',
    run: async (probe) => await unasked(probe, authorizeText(probe, 'null')),
  },
  {
    id: 'id-missing',
    title: 'the answer to a request without an id has no id of another request',
    group: 'conformance',
    dialects: DIALECTS,
    rules: [JSON_RPC],
    sent: 'mining.authorize without an id, then one with an id',
    expected: 'no answer to the first, or one with the id null or without any; the second is answered',
    run: async (probe) => {
      const { worker, password } = probe.options;
      const line = JSON.stringify({ method: 'mining.authorize', params: [worker, password] });
      return await unasked(probe, line);
    },
  },
];

async function echoed(probe: PoolProbe, ids: readonly string[]): Promise<Judgement> {
  const { connection, worker } = await probe.login();
  for (const id of ids) {
    const refused = requestText(id, 'mining.submit', JSON.stringify([worker, 'no-such-job', '0', '0', '0']));
    for (const line of [authorizeText(probe, id), refused]) {
      const from = connection.received.length;
      connection.send(line);
      const wanted = id.startsWith('"') ? JSON.stringify(JSON.parse(id)) : id;
      const found = await connection.next(
        ({ message }) =>
          message.kind === 'response' && (message.id === wanted || isRounded(message.id, wanted)),
        { from },
      );
      if (found !== undefined) continue;
      const [other] = responsesFrom(connection, from);
      return fail(
        `the request with id ${id}: ${other === undefined ? inWords(undefined) : `answered by ${shown(other.text)}`}`,
      );
    }
  }
  return pass(`${ids.join(' ')} came back as they were`);
}

/** Whether an id is another one, rounded to a double. */
function isRounded(id: string | undefined, wanted: string): boolean {
  const number = Number(wanted);
  return (
    !wanted.startsWith('"') && !Number.isSafeInteger(number) && id !== undefined && Number(id) === number
  );
}

/** Sends a line that needs no answer, and a request after it. */
async function unasked(probe: PoolProbe, line: string): Promise<Judgement> {
  const { connection } = await probe.login();
  const from = connection.received.length;
  connection.send(line);
  const place = connection.ask('mining.authorize', [probe.options.worker, probe.options.password]);
  const reply = await connection.reply(place);
  if (reply === undefined) return fail(`the request after it: no answer${connection.ending}`);
  for (const { message, text } of responsesFrom(connection, from)) {
    if (message.kind !== 'response' || message.id === place) continue;
    const right = message.id === 'null' || message.id === undefined;
    return (right ? pass : fail)(`answered by ${shown(text)}`);
  }
  return (await stillTalks(probe, connection))
    ? pass('not answered, and the connection goes on')
    : fail('the connection is dead');
}
