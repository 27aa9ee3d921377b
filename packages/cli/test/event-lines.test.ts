import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { NODE_CAUSES } from '@adit/chain';
import { POOL_EVENTS } from '../../api/test/support/pool-events.ts';
import { decimal, list, object, optional, text, whole, written } from '../src/log/format.ts';
import { describe, fieldSchema, LINES, type LogEvent, lineOf, SECTIONS } from '../src/log/lines.ts';
import { LEDGER_EVENTS } from './support/ledger-events.ts';
import { SERVICE_EVENTS } from './support/service-events.ts';

const EVENTS: readonly LogEvent[] = [
  ...Object.values(POOL_EVENTS).flat(),
  ...Object.values(SERVICE_EVENTS).flat(),
  ...Object.values(LEDGER_EVENTS).flat(),
];

test('the line of every event has the fields of its schema, no other, and a level of its list', () => {
  for (const event of EVENTS) {
    const { level, text: sentence, fields } = describe(event);
    const { event: kind, ...rest } = JSON.parse(JSON.stringify(fields));
    assert.equal(kind, event.kind);
    assert.deepEqual(fieldSchema(event.kind).parse(rest), rest, event.kind);
    assert.ok(lineOf(event).levels.includes(level), `${event.kind} is logged as ${level}`);
    assert.match(sentence, /^[\x20-\x7e]+$/, `${event.kind}: ${sentence}`);
  }
});

test('every kind of event is in one section of docs/events.md', () => {
  const kinds = Object.values(SECTIONS).flatMap((section) => Object.keys(section));
  assert.deepEqual(kinds.toSorted(), Object.keys(LINES).sort());
});

test('no field is called as one that every line has', () => {
  for (const [kind, { fields }] of Object.entries(LINES))
    for (const name of ['event', 'level', 'time', 'version', 'msg', 'more'])
      assert.ok(!Object.hasOwn(fields, name), `${kind}: ${name}`);
});

test('a field that an event has and its line does not name is not written', () => {
  const inner = { name: 'a\u202e', height: undefined, weight: 2n ** 70n, tips: [{ at: 1, secret: 'x' }] };
  const line = written<Omit<typeof inner, 'secret'>>(
    {
      name: text,
      height: optional(whole),
      weight: decimal,
      tips: list(object<{ at: number; secret: string }>({ at: whole } as never)),
    },
    { ...inner, ...{ secret: 'y' } },
  );
  assert.deepEqual(line, { name: 'a\\u202e', weight: '1180591620717411303424', tips: [{ at: 1 }] });
});

test('docs/events.md has every cause of a node that is not an error code, and no other', () => {
  const page = readFileSync(new URL('../../../docs/events.md', import.meta.url), 'utf8');
  const [, section = ''] = page.split('## Causes of a node\n');
  const listed = [...(section.split('\n## ')[0] ?? '').matchAll(/^\| `(\w+)` \|/gm)].map(
    ([, cause]) => cause,
  );
  assert.deepEqual(listed.sort(), [...NODE_CAUSES].sort());
});
