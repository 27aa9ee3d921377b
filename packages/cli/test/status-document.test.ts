import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import type { PoolStatus } from '@adit/pool';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { askPool } from '../src/control/client.ts';
import { ControlServer } from '../src/control/server.ts';
import {
  readStatusDocument,
  STATUS_VERSION,
  statusDocument,
  statusDocumentOf,
} from '../src/control/status-document.ts';

const ORIGIN = { adit: '0.1.0', pid: 7, config: 'adit.toml' };

/** A status with everything that can occur: nodes in all states, known values, and unknown ones. */
const STATUS: PoolStatus = {
  startedMs: 1_700_000_000_000,
  instance: '20260101t000000000z-00000000',
  ready: false,
  notReady: ['true has no work yet'],
  notReadyCauses: ['no_work'],
  draining: false,
  ports: [
    {
      name: 'asic',
      chain: 'zcash',
      host: '::',
      number: 3333,
      tls: true,
      certificateEndsMs: 1_800_000_000_000,
      dialect: 'zcash',
      connections: 2,
      miners: 1,
      messages: { subscribe: 2, authorize: 1, submit: 9, suggest: 0, other: 0 } as never,
      slowed: 0,
      overlooking: 0,
    },
  ],
  chains: [
    {
      name: 'zcash',
      kind: 'zcash',
      finds: ['block'],
      height: 3_000_000,
      workAgeMs: 12.5,
      outageMs: 0,
      rate: 0,
      accepted: 0,
      refused: 0,
      found: {},
      clocks: [{ source: 'a:8232', aheadMs: -61_000 }],
      nodes: [
        {
          node: 'a:8232',
          state: 'ready',
          cause: 'serves',
          detail: 'gives work',
          height: 2_999_999,
          latencyMs: 3.25,
          lag: 0,
        },
        ...(['syncing', 'down', 'lying', 'wrong_network'] as const).map((state) => ({
          node: 'b:8232',
          state,
          cause: 'behind' as const,
          detail: 'a "quoted"\u2028 detail',
        })),
      ],
    },
    {
      name: 'true',
      kind: 'truechain',
      finds: ['block', 'fruit'],
      height: undefined,
      workAgeMs: undefined,
      outageMs: 6_000,
      rate: 0,
      accepted: 0,
      refused: 0,
      found: {},
      clocks: [],
      nodes: [],
    },
  ],
  verifier: { queued: 1, oldestMs: 0.5, threads: 3 },
  journal: { problem: undefined, cause: undefined, waiting: 0, faults: ['a.db is empty'] },
  sessions: 4,
  bans: 5,
  bansUnsaved: 0,
  bansProblem: undefined,
  diskFreeBytes: undefined,
};

test('a status is sent completely: an unknown value is null, and nothing is left out', () => {
  const sent = JSON.stringify(statusDocumentOf(STATUS, ORIGIN));
  const read = readStatusDocument(JSON.parse(sent));
  assert.equal(read.version, STATUS_VERSION);
  assert.deepEqual([read.adit, read.pid, read.config], ['0.1.0', 7, 'adit.toml']);
  assert.deepEqual(Object.keys(JSON.parse(sent)).sort(), Object.keys(statusDocument.shape).sort());
  assert.equal(read.journal.problem, null);
  assert.deepEqual([read.chains[1]?.height, read.chains[1]?.workAgeMs], [null, null]);
  assert.deepEqual(read.chains[0]?.nodes[0], STATUS.chains[0]?.nodes[0]);
  const { height, latencyMs, lag } = read.chains[0]?.nodes[1] ?? {};
  assert.deepEqual([height, latencyMs, lag], [null, null, null]);
  assert.deepEqual(read.ports, STATUS.ports);
});

test('a document of another version, or an invalid one, is refused with the name of the field', () => {
  const document = statusDocumentOf(STATUS, ORIGIN);
  // New fields do not change the version.
  assert.deepEqual(readStatusDocument({ ...document, more: 1 }), document);
  assert.throws(() => readStatusDocument({ ...document, version: 0 }), {
    code: 'ADIT_STATUS',
    message: /\(version: /,
  });
  assert.throws(() => readStatusDocument({ ...document, ports: [{}] }), { message: /\(ports\.0\.name: / });
  for (const answer of [null, 'done', []]) {
    assert.throws(() => readStatusDocument(answer), { code: 'ADIT_STATUS' });
  }
});

test('a status of a newer version is refused with both versions, whatever form it has', () => {
  const newer = { ...statusDocumentOf(STATUS, ORIGIN), version: STATUS_VERSION + 1 };
  for (const document of [newer, { version: STATUS_VERSION + 1 }]) {
    assert.throws(() => readStatusDocument(document), {
      code: 'ADIT_NEWER_POOL',
      message: /its status documents have version 2, and this program knows 1; ask with the program/,
    });
  }
});

test('a status with a value that the document cannot have is an error, and the pool goes on', async (context) => {
  const file = path.join(temporaryFolder(context), 'control.sock');
  const wrong: PoolStatus[] = [10n, Number.NaN, Symbol('bans')].map((bans) => ({
    ...STATUS,
    bans: bans as never,
  }));
  const server = new ControlServer(file, {
    handle: () => statusDocumentOf(wrong.shift() ?? STATUS, ORIGIN),
  });
  context.after(() => server.close());
  await server.listen();
  for (let left = wrong.length; left > 0; left -= 1) {
    await assert.rejects(askPool(file, { command: 'status' }), { code: 'ADIT_STATUS', message: /bans: / });
  }
  assert.equal(readStatusDocument(await askPool(file, { command: 'status' })).bans, 5);
});
