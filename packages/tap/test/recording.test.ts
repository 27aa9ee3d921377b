import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import {
  type ConversationEvent,
  type ConversationHeader,
  RecordingFile,
  readRecordingFile,
} from '../src/index.ts';
import { readConversation } from '../src/recording/read-conversation.ts';
import { eventLine, headerLine, lineOf } from '../src/recording/recording.ts';

const HEADER: ConversationHeader = {
  adit: 'conversation',
  version: 1,
  dialect: 'zcash',
  startedAt: '2026-11-21T07:50:01.000Z',
};

function folderFor(context: TestContext): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'adit-recording-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const from = fc.constantFrom<'miner' | 'pool'>('miner', 'pool');
const end = fc.constantFrom<{ end?: '' | '\r\n' }>({}, { end: '' }, { end: '\r\n' });
const body = fc.oneof(
  fc
    .record({
      from,
      line: fc.string({ unit: 'grapheme' }).filter((text) => text.isWellFormed() && !text.includes('\n')),
      end,
    })
    .map(flat),
  fc
    .record({
      from,
      bytes: fc.uint8Array({ minLength: 1, maxLength: 30 }).map((raw) => Buffer.from(raw).toString('hex')),
      end,
    })
    .map(flat),
  fc.record({ from, omitted: fc.nat(), reason: fc.string({ maxLength: 40 }), end }).map(flat),
  fc.record({ event: fc.constant('ended' as const), from }),
);

function flat<T extends { end: object }>({ end: tail, ...rest }: T): Omit<T, 'end'> & T['end'] {
  return { ...rest, ...tail };
}

const conversation = fc.array(fc.tuple(fc.nat({ max: 5000 }), body), { maxLength: 20 }).map((list) => {
  let at = 0;
  const events: ConversationEvent[] = [{ at: 0, connection: 1, event: 'opened' }];
  for (const [step, what] of list) {
    at = Math.round(at * 10 + step) / 10;
    events.push({ at, connection: 1, ...what } as ConversationEvent);
  }
  events.push({ at, connection: 1, event: 'closed', reason: 'closed by the miner' });
  return events;
});

test('a recording is read as it was written, whatever the lines hold', () => {
  fc.assert(
    fc.property(conversation, (events) => {
      const text = headerLine(HEADER) + events.map(eventLine).join('');
      assert.deepEqual(readConversation(text), { header: HEADER, events });
    }),
  );
});

test('bytes that are not text come back as they were', () => {
  const bytes = Uint8Array.of(0xff, 0x00, 0x7b);
  const event: ConversationEvent = { at: 0, connection: 1, from: 'pool', bytes: 'ff007b' };
  assert.deepEqual(lineOf(event), bytes);
});

const OPENED = '{"at":0,"connection":1,"event":"opened"}';
const HEAD = headerLine(HEADER).trimEnd();

test('each fault is refused with its line and its field', () => {
  const cases: readonly (readonly [string[], RegExp])[] = [
    [[''], /^x\.jsonl is empty$/],
    [['', HEAD], /line 1: is not valid JSON/],
    [[`${HEAD}\r`, `${OPENED}\r`], /line 1: ends with CR LF/],
    [[HEAD, `${OPENED}\r`], /line 2: ends with CR LF/],
    [['[]'], /line 1: must hold one JSON object/],
    [['{"adit":"x"}'], /line 1: field "adit": expected "conversation"/],
    [[HEAD.replace('"version":1', '"version":2')], /line 1: field "version"/],
    [[HEAD.replace('zcash', 'bitcoin')], /line 1: field "dialect"/],
    [[HEAD.replace('2026-11-21T07', '2026-13-41T07')], /line 1: field "startedAt"/],
    [[HEAD.replace('{', '{"more":1,')], /line 1: field "more"/],
    [[HEAD, '{"at":0.05,"connection":1,"event":"opened"}'], /line 2: field "at"/],
    [[HEAD, '{"at":-1,"connection":1,"event":"opened"}'], /line 2: field "at"/],
    [[HEAD, '{"at":0,"connection":0,"event":"opened"}'], /line 2: field "connection"/],
    [[HEAD, '{"at":0,"connection":1,"event":"gone"}'], /line 2: field "event"/],
    [[HEAD, '{"at":0,"connection":1,"from":"pool","line":"x"}'], /line 2: field "connection": .*open/],
    [[HEAD, OPENED, OPENED], /line 3: field "connection"/],
    [[HEAD, OPENED, '{"at":1,"connection":1,"from":"me","line":"x"}'], /line 3: field "from"/],
    [[HEAD, OPENED, '{"at":1,"connection":1,"from":"pool"}'], /line 3: field "line"/],
    [[HEAD, OPENED, '{"at":1,"connection":1,"from":"pool","line":"a\\nb"}'], /line 3: field "line"/],
    [
      [HEAD, OPENED, '{"at":1,"connection":1,"from":"pool","line":"a","bytes":"00"}'],
      /line 3: field "bytes"/,
    ],
    [[HEAD, OPENED, '{"at":1,"connection":1,"from":"pool","bytes":"0"}'], /line 3: field "bytes"/],
    [[HEAD, OPENED, '{"at":1,"connection":1,"from":"pool","line":"a","end":"\\n"}'], /line 3: field "end"/],
    [
      [HEAD, OPENED, '{"at":1,"connection":1,"from":"pool","omitted":1.5,"reason":""}'],
      /line 3: field "omitted"/,
    ],
    [
      [HEAD, '{"at":5,"connection":1,"event":"opened"}', '{"at":4,"connection":1,"from":"pool","line":"a"}'],
      /line 3: field "at": expected a time not before/,
    ],
    [
      [HEAD, OPENED, `{"at":1,"connection":1,"from":"pool","line":"${'a'.repeat(1_100_000)}"}`],
      /line 3: field "line"/,
    ],
  ];
  for (const [lines, message] of cases) {
    assert.throws(() => readConversation(lines.join('\n'), 'x.jsonl'), {
      code: 'ADIT_BAD_RECORDING',
      message,
    });
  }
});

test('any input that is not a recording gives a clear error', () => {
  fc.assert(
    fc.property(fc.array(fc.json({ maxDepth: 2 }), { maxLength: 4 }), (lines) => {
      assert.throws(() => readConversation(lines.join('\n')), { code: 'ADIT_BAD_RECORDING' });
    }),
  );
});

test('a file is for its owner only, is never overwritten, and is there before it is closed', (context) => {
  const name = path.join(folderFor(context), 'talk.jsonl');
  const file = new RecordingFile(name, HEADER);
  const opened: ConversationEvent = { at: 0, connection: 1, event: 'opened' };
  assert.equal(file.add(opened), true);
  assert.equal(readFileSync(name, 'utf8'), headerLine(HEADER) + eventLine(opened));
  assert.equal(statSync(name).mode & 0o777, 0o600);
  file.close();
  assert.equal(file.add(opened), false);
  assert.deepEqual(readRecordingFile(name).events, [opened]);
  assert.throws(() => new RecordingFile(name, HEADER), {
    code: 'ADIT_RECORDING_FILE',
    message: /exists already/,
  });
  assert.throws(() => readRecordingFile(`${name}.no`), { code: 'ADIT_RECORDING_FILE' });
});
