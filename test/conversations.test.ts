import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { equihashSizes } from '@adit/pow';
import { encodeHex, targetFromHex, uint32LE } from '@adit/primitives';
import {
  errorLine,
  notificationLine,
  parseMessage,
  requestLine,
  resultLine,
  setDifficultyLine,
  setTargetLine,
  type TrueClientJob,
  trueNotifyLine,
  type ZcashClientJob,
  zcashNotifyLine,
} from '@adit/stratum';
import { type Conversation, dialectOfConversation, readRecordingFile } from '@adit/tap';
import { SMALL } from '@adit/test-kit/pools';
import { clientOf, type RecordedClient } from '@adit/test-kit/recorded-client';
import { bytesOf, linesOf, partsOf, type RecordedLine } from '@adit/test-kit/recorded-lines';
import { serverOf } from '@adit/test-kit/recorded-server';

const FOLDER = path.join(import.meta.dirname, 'conversations');
const FILES = readdirSync(FOLDER).filter((name) => name.endsWith('.jsonl'));
/** What record.ts gave to every miner as its password. */
const PASSWORD_WORDS = ['horse', 'battery', 'staple'];

test('there are conversations of both dialects, short ones, without a password', () => {
  const dialects = new Set(FILES.map((name) => readRecordingFile(path.join(FOLDER, name)).header.dialect));
  assert.deepEqual(dialects, new Set(['truestratum', 'zcash']));
  for (const name of FILES) {
    const text = readFileSync(path.join(FOLDER, name), 'utf8');
    assert.ok(text.length < 60_000, name);
    for (const word of PASSWORD_WORDS) assert.ok(!text.includes(word), name);
  }
});

for (const name of FILES) {
  const conversation = readRecordingFile(path.join(FOLDER, name));

  test(`${name}: every line is a message of its kind`, () => {
    assert.equal(dialectOfConversation(conversation.events), conversation.header.dialect);
    const kinds = { miner: new Set<string>(), pool: new Set<string>() };
    for (const { from, message, notice } of linesOf(conversation.events)) {
      kinds[from].add(notice === undefined ? message.kind : 'notice');
    }
    assert.deepEqual(kinds.miner, new Set(['request']));
    assert.deepEqual(kinds.pool, new Set(['response', 'notice']));
  });

  test(`${name}: our own builders write every line again, to the byte`, () => {
    for (const line of linesOf(conversation.events)) assert.equal(`${line.text}\n`, rebuilt(line));
  });

  test(`${name}: a server session answers the miner with the pool's very lines`, () => {
    let submissions = 0;
    for (const events of partsOf(conversation.events)) {
      const lines = linesOf(events);
      const server = serverOf(conversation.header.dialect, lines);
      for (const line of lines) {
        if (line.from === 'miner') server.hear(line);
        else assert.equal(server.say(line), `${line.text}\n`);
      }
      assert.equal(server.unsaid, '');
      submissions += server.submissions.length;
      for (const { params, submission } of server.submissions)
        checkSubmission(conversation, params, submission);
    }
    assert.ok(submissions > 0);
  });

  test(`${name}: a client session makes of the pool's lines the jobs and targets that are written in them`, () => {
    let jobs = 0;
    for (const events of partsOf(conversation.events)) {
      const lines = linesOf(events);
      const client = clientOf(conversation.header.dialect, lines);
      client.session.open();
      let target: unknown;
      for (const { from, notice, text } of lines) {
        if (from === 'miner') continue;
        const effects = client.session.line(bytesOf(text));
        assert.ok(!effects.some(({ kind }) => kind === 'broken' || kind === 'note'), text);
        if (notice === undefined) continue;
        if (notice.method !== 'mining.notify') {
          target = notice.params[0];
          assert.equal(`${text}\n`, targetLine(target));
        }
        if (notice.method === 'mining.notify') {
          jobs += 1;
          const [effect] = effects;
          assert.ok(effect?.kind === 'job');
          checkJob(effect.job, notice.params, target);
          assert.equal(`${text}\n`, jobLine(effect.job, effect.clean, notice.params.slice(8).map(String)));
        }
      }
    }
    assert.ok(jobs > 0);
  });
}

for (const name of FILES.filter((file) => file.endsWith('-miner.jsonl'))) {
  const { header, events } = readRecordingFile(path.join(FOLDER, name));
  test(`${name}: a client session says the miner's very lines, and hears of every share what the pool said`, () => {
    const lines = linesOf(events);
    const client = clientOf(header.dialect, lines);
    const expected = lines.filter(({ from }) => from === 'miner').map(({ text }) => `${text}\n`);
    const results: boolean[] = [];
    const said = sent(client.session.open());
    for (const { from, message, text } of lines) {
      if (from === 'pool') {
        const effects = client.session.line(bytesOf(text));
        said.push(...sent(effects));
        for (const effect of effects) if (effect.kind === 'result') results.push(effect.accepted);
      } else if (message.kind === 'request' && message.method === 'mining.submit') {
        said.push(...sent(client.submit(message.params)));
      }
    }
    assert.deepEqual(said, expected);
    const answers = lines.filter(({ from, asked }) => from === 'pool' && asked === 'mining.submit');
    assert.deepEqual(
      results,
      answers.map(({ message }) => message.kind === 'response' && message.result === true),
    );
    assert.ok(results.includes(true));
  });
}

function sent(effects: ReturnType<RecordedClient['session']['line']>): string[] {
  return effects.flatMap((effect) => (effect.kind === 'send' ? [effect.data] : []));
}

/** The same message by the functions with which our software writes. */
function rebuilt({ message, notice }: RecordedLine): string {
  if (notice !== undefined) return notificationLine(notice.method, notice.params);
  switch (message.kind) {
    case 'fault':
      return assert.fail(message.fault);
    case 'request':
      return requestLine(JSON.parse(message.id) as number | string, message.method, message.params);
    case 'notification':
      return assert.fail('a notice');
    case 'response': {
      const { id = 'null', result, error } = message;
      if (error === null) return resultLine(id, result);
      assert.ok(Array.isArray(error) && (result === null || result === false));
      return errorLine(id, Number(error[0]), String(error[1]), result);
    }
  }
}

function checkSubmission({ header }: Conversation, params: readonly unknown[], submission: object): void {
  const [worker, job, third, nonce2, solution] = params;
  const got = submission as Record<string, unknown>;
  assert.equal(got['worker'], worker);
  assert.equal(got['jobSequence'], Number.parseInt(String(job).slice(0, 8), 16));
  if (header.dialect === 'truestratum') {
    assert.deepEqual(got['nonces'], [BigInt(String(third))]);
    return;
  }
  assert.equal(encodeHex(uint32LE(Number(got['time']))), third);
  const nonce = encodeHex(got['nonce'] as Uint8Array);
  assert.equal(nonce.length, 64);
  assert.ok(nonce.endsWith(String(nonce2).toLowerCase()));
  const { prefix } = equihashSizes(SMALL.equihash);
  assert.equal(encodeHex(prefix) + encodeHex(got['solution'] as Uint8Array), solution);
}

/** The line of a job from what the client session made of it. */
function jobLine(job: ZcashClientJob | TrueClientJob, clean: boolean, extras: readonly string[]): string {
  return 'headerHash' in job
    ? trueNotifyLine(job.id, encodeHex(job.datasetHash), encodeHex(job.headerHash), clean)
    : zcashNotifyLine(job.id, job, clean, extras);
}

function targetLine(text: unknown): string {
  const long = targetFromHex(text, 32);
  return long === undefined ? setDifficultyLine(targetFromHex(text, 16) ?? 0n) : setTargetLine(long);
}

function checkJob(job: object, params: readonly unknown[], target: unknown): void {
  const fields = job as Record<string, unknown>;
  const text = (name: string) => encodeHex(fields[name] as Uint8Array);
  const number = (name: string) => encodeHex(uint32LE(Number(fields[name])));
  const digits = String(target).length;
  assert.ok(digits === 32 || digits === 64);
  assert.equal(fields['target'], targetFromHex(target, digits === 32 ? 16 : 32));
  const written =
    digits === 32
      ? [fields['id'], text('datasetHash'), text('headerHash')]
      : [
          fields['id'],
          number('version'),
          text('prevHash'),
          text('merkleRoot'),
          text('reserved'),
          number('time'),
          number('bits'),
        ];
  assert.deepEqual(written, params.slice(0, written.length));
}

test('what was recorded is read as what the codec reads', () => {
  // A line in the file is text inside JSON: nothing of it may be lost on the way.
  const lines = FILES.flatMap((name) => linesOf(readRecordingFile(path.join(FOLDER, name)).events));
  for (const { text, message } of lines) assert.deepEqual(parseMessage(bytesOf(text)), message);
});
