import { attack } from '../../catalogue/rules.ts';
import type { MinerCheck } from '../check.ts';
import type { Submission } from '../probe/job.ts';
import { hostile } from './attack.ts';

const TWO_MEGABYTES = 2 * 1024 * 1024;
const DEEP = 10_000;

export const longLine: MinerCheck = hostile(
  'long-line',
  'a line of two megabytes does no harm',
  'an unknown notification of 2 MB in one line',
  (session) =>
    session.connection.bytes(
      `{"id":null,"method":"probe.long","params":["${'x'.repeat(TWO_MEGABYTES)}"]}\n`,
      '(a line of 2 MB)',
    ),
);

export const deepNesting: MinerCheck = hostile(
  'deep-nesting',
  'a message nested ten thousand levels deep does no harm',
  'a notification whose params are nested 10,000 levels deep',
  (session) =>
    session.connection.bytes(
      `{"id":null,"method":"mining.notify","params":${'['.repeat(DEEP)}${']'.repeat(DEEP)}}\n`,
      '(params nested 10,000 levels deep)',
    ),
);

export const invalidUtf8: MinerCheck = hostile(
  'invalid-utf8',
  'bytes that are not UTF-8, NUL and an empty line do no harm',
  'lines of bytes that no text has',
  (session) =>
    session.connection.bytes(
      Buffer.concat([
        Buffer.from([0xff, 0xfe, 0xc0, 0x80, 10, 0, 10, 10, 13, 10]),
        Buffer.from('{"id":null,"method":"\xed\xa0\x80"}\n', 'latin1'),
      ]),
      '(bytes that are not UTF-8)',
    ),
);

export const notJson: MinerCheck = hostile(
  'not-json',
  'lines that are not JSON objects do no harm',
  'text, half an object, a batch, a number, null',
  (session) => {
    for (const line of [
      'HTTP/1.1 400 Bad Request',
      '{"id":null,"method":',
      '[]',
      '[{"id":null}]',
      '7',
      'null',
      '{}',
    ])
      session.connection.send(line);
  },
);

export const resultAndError: MinerCheck = hostile(
  'result-and-error',
  'an answer with both a result and an error, or with neither, does no harm',
  'answers to shares with true and an error, and with nothing',
  async (session, probe) => {
    let count = 0;
    let empty: Submission | undefined;
    session.answerWith = (submission) => {
      const { id = 'null' } = submission;
      count += 1;
      if (count > 2) return undefined;
      if (count === 1) return { line: `{"id":${id},"result":true,"error":[20,"both",null]}` };
      empty = submission;
      return { line: `{"id":${id}}` };
    };
    session.sendJob();
    await session.connection.until(() => count >= 2, probe.limits.answerMs);
    session.answerWith = undefined;
    // A miner may take that for no answer, and wait for one. Whether it bears a late answer is another check.
    await session.connection.quiet(probe.limits.quietMs / 2);
    if (empty !== undefined) session.settle(empty);
  },
);

export const unaskedAnswers: MinerCheck = hostile(
  'unasked-answers',
  'answers without a request do no harm',
  'answers with ids that no request had, of all kinds',
  (session) => {
    for (const id of ['99999999', '"probe"', '-1', '1e300', '{}', '[1]', 'true']) {
      session.connection.send(`{"id":${id},"result":true,"error":null}`);
      session.connection.send(`{"id":${id},"result":null,"error":[20,"never asked",null]}`);
    }
    session.connection.send('{"id":99999999,"result":[[],"00",4],"error":null}');
  },
);

export const terminalText: MinerCheck = hostile(
  'terminal-text',
  'words with control characters do no harm',
  'client.show_message and an error with escape sequences and 100 KB of text',
  (session) => {
    const words = `\u001b[2J\u001b]0;owned\u0007\u202e${'x'.repeat(100_000)}`;
    session.connection.send(JSON.stringify({ id: null, method: 'client.show_message', params: [words] }));
    session.connection.send(
      JSON.stringify({ id: null, method: 'client.show_message', params: [{ toString: 1 }] }),
    );
    session.connection.send(JSON.stringify({ id: 99_999_999, result: null, error: [20, words, null] }));
  },
  { rules: [attack('T22')] },
);
