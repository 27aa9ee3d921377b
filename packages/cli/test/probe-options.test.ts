import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { checkListOptions } from '../src/commands/probe/list.ts';
import { Notes } from '../src/commands/probe/notes.ts';
import { loginOption, onlyOption, secondsOption } from '../src/commands/probe/options.ts';
import { Report } from '../src/commands/probe/report.ts';
import { tlsOption } from '../src/commands/tls-option.ts';

const refused = (message: RegExp) => ({ code: 'ADIT_BAD_OPTION', message });

test('seconds must be above 0, and the message says so', () => {
  assert.equal(secondsOption('--wait', '0.5'), 500);
  assert.equal(secondsOption('--wait', '3600'), 3_600_000);
  for (const text of ['0', '-1', 'abc', '', '3601', '1e3']) {
    assert.throws(
      () => secondsOption('--wait', text),
      refused(/^--wait must be .* above 0 and up to 3600, this is/),
    );
  }
  assert.throws(() => secondsOption('--wait', '601', 600), refused(/up to 600/));
});

test('--only takes ids with commas between them, and says what is wrong with other texts', () => {
  assert.equal(onlyOption(undefined, ['a']), undefined);
  assert.deepEqual(onlyOption('a, b', ['a', 'b', 'c']), ['a', 'b']);
  for (const text of [',', 'a,', ',a', '', 'a,,b']) {
    assert.throws(() => onlyOption(text, ['a', 'b']), refused(/^--only: an id is missing/), text);
  }
  assert.throws(() => onlyOption('a,x', ['a']), refused(/there is no check "x" in this dialect/));
});

test('worker and password come from an option or from the address, and two different ones are an error', () => {
  const place = { host: 'h', port: 1 };
  assert.deepEqual(loginOption(place, {}), { worker: 'adit-probe.1', password: 'x' });
  assert.deepEqual(loginOption(place, { worker: 'w', password: 'p' }), { worker: 'w', password: 'p' });
  const named = { ...place, worker: 'w', password: 'p' };
  assert.deepEqual(loginOption(named, {}), { worker: 'w', password: 'p' });
  assert.deepEqual(loginOption(named, { worker: 'w' }), { worker: 'w', password: 'p' });
  assert.deepEqual(loginOption({ ...place, worker: 'w' }, { password: 'q' }), { worker: 'w', password: 'q' });
  assert.throws(() => loginOption(named, { worker: 'v' }), refused(/one worker and --worker another/));
  assert.throws(() => loginOption(named, { password: 'q' }), refused(/one password and --password another/));
});

test('--ca and --insecure are for TLS only, and not for use together', () => {
  assert.deepEqual(tlsOption(false, {}), {});
  assert.deepEqual(tlsOption(true, {}), { tls: { insecure: false } });
  assert.deepEqual(tlsOption(true, { insecure: true }), { tls: { insecure: true } });
  assert.throws(() => tlsOption(false, { ca: 'x' }), refused(/^--ca is for a pool at stratum\+tls:/));
  assert.throws(() => tlsOption(false, { insecure: true }), refused(/^--insecure is for/));
  assert.throws(
    () => tlsOption(true, { ca: '/nonexistent' }),
    refused(/^--ca: \/nonexistent cannot be read/),
  );
  const thisFile = import.meta.filename;
  assert.throws(
    () => tlsOption(true, { ca: thisFile, insecure: true }),
    refused(
      /^--ca and --insecure contradict each other: --insecure trusts every certificate; leave one of them out$/,
    ),
  );
  assert.throws(() => tlsOption(true, { ca: thisFile }), refused(/^--ca: .* must hold a certificate in PEM/));
});

test('options for a list and a report together are an error', () => {
  const none = { list: false, markdown: false, json: false, junit: false };
  checkListOptions({ ...none, list: true, markdown: true });
  checkListOptions({ ...none, list: true, json: true });
  checkListOptions({ ...none, junit: true, output: 'x' });
  for (const [options, message] of [
    [{ markdown: true }, /--markdown is a form of --list/],
    [{ list: true, junit: true }, /^--junit is for the report of a run/],
    [{ list: true, json: true, output: 'x' }, /^--output is for the report of a run/],
    [{ list: true, json: true, markdown: true }, /two forms of the list/],
  ] as const) {
    assert.throws(() => checkListOptions({ ...none, ...options }), refused(message));
  }
});

test('a report that cannot be written is noticed before the run, and leaves no file', (context) => {
  const folder = temporaryFolder(context);
  const begin = (output: string, json = true) =>
    new Report(
      { kind: 'pool', target: 'h:1', dialect: 'zcash', startedAt: 0 },
      { json, junit: false, output: path.join(folder, output) },
    );
  begin('report.json');
  assert.deepEqual(readdirSync(folder), []);
  assert.throws(() => begin('no/report.json'), refused(/cannot be written to .*no\/report\.json: ENOENT/));
  assert.throws(() => begin('report.json', false), refused(/--output is for --json or --junit/));
  writeFileSync(path.join(folder, 'report.json'), 'kept');
  assert.throws(() => begin('report.json'), refused(/exists and is not overwritten/));
  assert.deepEqual(readdirSync(folder), ['report.json']);
});

test('the first of many notes are printed, and after that their number', () => {
  const notes = new Notes();
  const told = Array.from({ length: 250 }, () => notes.next('gone')).filter((text) => text !== undefined);
  assert.deepEqual(told, ['gone', 'gone', 'gone', 'gone (10 times by now)', 'gone (100 times by now)']);
  assert.equal(notes.next('other'), 'other');
  assert.deepEqual(notes.rest(), ['gone (250 times in all)']);
});

test('a miner cannot fill the memory, or the terminal, with notes of new kinds', () => {
  const notes = new Notes();
  const told = Array.from({ length: 10_000 }, (_, index) => notes.next(`kind ${index}`));
  const lines = told.filter((text) => text !== undefined);
  assert.ok(lines.length < 210, `${lines.length} lines`);
  assert.deepEqual(notes.rest(), ['more of other kinds (9800 times in all)']);
});
