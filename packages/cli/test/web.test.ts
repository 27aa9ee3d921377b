import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { adit } from '@adit/test-kit/pool-process';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { journalTemplate, record, TestJournal } from '@adit/test-kit/test-journal';

const TOML = `
data = "./data"
[log]
format = "json"
[web]
listen = "127.0.0.1:0"
[[chain]]
name = "zec"
network = "zcash"
[[chain.nodes]]
url = "http://127.0.0.1:1"
[[chain.ports]]
dialect = "zcash"
listen = "127.0.0.1:0"
start_difficulty = 8
`;

test('adit web serves what journals hold while no pool runs, and ends at a signal', async (t) => {
  const folder = temporaryFolder(t);
  const data = path.join(folder, 'data');
  writeFileSync(path.join(folder, 'adit.toml'), TOML);
  const journal = new TestJournal(await journalTemplate(data), data, 'a');
  for (let i = 0; i < 20; i += 1) journal.append(record(i, { timeMs: Date.now() - 60_000 + i * 1_000 }));
  journal.close();
  const child = adit(['web'], folder);
  t.after(() => child.kill('SIGKILL'));
  let log = '';
  const port = Promise.withResolvers<number>();
  child.stdout?.on('data', (chunk: Buffer) => {
    log += chunk.toString();
    const line = log.split('\n').find((text) => text.includes('"event":"web"') && text.endsWith('}'));
    if (line !== undefined) port.resolve(Number((JSON.parse(line) as { port: number }).port));
  });
  child.on('exit', () => port.reject(new Error(log)));
  const url = `http://127.0.0.1:${await port.promise}/api/v1`;
  const deadline = performance.now() + 60_000;
  for (;;) {
    const response = await fetch(`${url}/chains/zec/accounts/ann?x`);
    assert.equal(response.status, 400, 'an unknown parameter');
    const { chains } = (await (await fetch(`${url}/pool`)).json()) as {
      chains: { rate: { h1: { shares: number } } }[];
    };
    if (chains[0]?.rate.h1.shares === 19) break;
    assert.ok(performance.now() < deadline, JSON.stringify(chains));
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const rig = await fetch(`${url}/chains/zec/accounts/ann/workers`);
  assert.match(await rig.text(), /"name":"rig"/);
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  assert.deepEqual(await ended, [0, null]);
});
