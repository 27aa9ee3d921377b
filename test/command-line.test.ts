import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { test } from 'node:test';
import { aditHere } from '@adit/test-kit/adit-here';
import { runAdit } from '@adit/test-kit/pool-process';
import { poolToml, zcashToml } from '@adit/test-kit/pool-toml';
import { temporaryFolder } from '@adit/test-kit/temporary';

/** One chain with one port. It listens nowhere where another program on this machine could be. */
const CHAIN = poolToml([zcashToml(undefined, { chain: { name: 'zcash', network: 'zcash-testnet' } })], {
  admin: { enabled: false },
});

test('init writes a configuration that check finds right, and never writes over one', async (context) => {
  const folder = temporaryFolder(context);
  for (const network of ['zcash', 'truechain', 'zclassic', 'zcash-devnet']) {
    const file = `${network}.toml`;
    assert.equal((await aditHere(['init', network, '--output', file], folder)).status, 0);
    // Whether the usual ports are free on this machine is another question.
    const text = readFileSync(path.join(folder, file), 'utf8');
    writeFileSync(path.join(folder, file), text.replace(/^(listen = ".*):\d+"/gm, '$1:0"'));
    const check = await aditHere(['pool', '--check', '--config', file], folder);
    assert.deepEqual([check.status, check.err], [0, '']);
    assert.match(check.out, /is right/);
  }
  const before = readFileSync(path.join(folder, 'zcash.toml'), 'utf8');
  const again = await runAdit(['init', 'zcash', '--output', 'zcash.toml'], folder);
  assert.equal(again.status, 73);
  assert.match(again.err, /it exists already/);
  assert.equal(readFileSync(path.join(folder, 'zcash.toml'), 'utf8'), before);
  const unknown = await aditHere(['init', 'dogecoin'], folder);
  assert.equal(unknown.status, 64);
  assert.match(unknown.err, /the network: found "dogecoin", expected one of zcash,/);
});

test('each fault in a configuration is one line that names the file, the key and what was expected', async (context) => {
  const folder = temporaryFolder(context);
  const file = path.join(folder, 'adit.toml');
  const faultOf = async (text: string): Promise<string> => {
    writeFileSync(file, text);
    const { status, err } = await aditHere(['pool', '--check'], folder);
    assert.equal(status, 78, text);
    return err;
  };
  assert.match(await faultOf('data = '), /^adit: adit\.toml:1:\d+: /);
  assert.match(await faultOf('data = "x"'), /adit\.toml: chain: is missing/);
  assert.match(
    await faultOf(CHAIN.replace('start_difficulty = 1', '')),
    /chain\[0\]\.ports\[0\]\.start_difficulty: .*expected a number/,
  );
  assert.match(
    await faultOf(CHAIN.replace('start_difficulty', 'start_dificulty')),
    /found "start_dificulty", .*; did you mean "start_difficulty"\?/,
  );
  assert.match(
    await faultOf(CHAIN.replace('127.0.0.1:0', '3333')),
    /ports\[0\]\.listen: found "3333", expected host:port/,
  );
  assert.match(
    await faultOf(CHAIN.replace('dialect = "zcash"', 'dialect = "truestratum"')),
    /ports\[0\]\.dialect: found "truestratum", expected "zcash", the dialect of the Zcash family/,
  );
  assert.match(
    await faultOf(CHAIN.replace('[[chain]]', '[chain]')),
    /chain: found a table, expected double brackets, as in \[\[chain\]\]/,
  );
  assert.match(await faultOf(CHAIN.replace('network = "zcash-testnet"', '')), /chain\[0\]\.network: /);
  assert.match(
    await faultOf(CHAIN.replace('http://', 'http://u:p@')),
    /nodes\[0\]\.url: expected no user or password in it/,
  );
  assert.match(
    await faultOf(CHAIN.replace('url = "http://127.0.0.1:1"', 'url = "http://127.0.0.1:1"\nuser = "u"')),
    /expected both user and password_file/,
  );
  assert.match(await faultOf(`data = "./adit.toml"\n${CHAIN}`), /adit\.toml is a file; expected a folder/);
  assert.match(await faultOf(`${CHAIN}nonce1_bytes = 2\n`), /1 and 2 are for proxies only/);
  assert.match(await faultOf(`${CHAIN}nonce1_bytes = 18\n`), /nonce1_bytes: .*17/);
  assert.match(await faultOf(`${CHAIN}start_difficulty = 2\n`), /adit\.toml:\d+:\d+: /);
  const missing = await runAdit(['pool', '--config', 'nowhere.toml'], folder);
  assert.equal(missing.status, 78);
  assert.match(missing.err, /nowhere\.toml: there is no such file; `adit init zcash` writes one/);
});

test('a secret that others can read is refused, and no output ever shows one', async (context) => {
  const folder = temporaryFolder(context);
  const secret = path.join(folder, 'secret');
  writeFileSync(secret, 'hunter2\n');
  chmodSync(secret, 0o644);
  const text = CHAIN.replace(
    'url = "http://127.0.0.1:1"',
    'url = "http://127.0.0.1:1"\nuser = "u"\npassword_file = "secret"',
  );
  writeFileSync(path.join(folder, 'adit.toml'), text);
  const open = await aditHere(['pool', '--check'], folder);
  assert.equal(open.status, 78);
  assert.match(open.err, /can be read by others: run chmod 600/);
  chmodSync(secret, 0o600);
  const closed = await aditHere(['pool', '--check'], folder);
  assert.equal(closed.status, 0);
  assert.ok(![open, closed].some(({ out, err }) => (out + err).includes('hunter2')));
});

test('a port in use and a data folder that cannot be written are one clear line and status 1', async (context) => {
  const folder = temporaryFolder(context);
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  writeFileSync(path.join(folder, 'adit.toml'), CHAIN.replace('127.0.0.1:0', `127.0.0.1:${port}`));
  const taken = await runAdit(['pool'], folder);
  assert.equal(taken.status, 73);
  assert.match(
    taken.err,
    new RegExp(
      `^adit: \\S*adit\\.toml:\\d+: chain\\[0\\]\\.ports\\[0\\]\\.listen: found 127\\.0\\.0\\.1:${port}, where this process cannot listen \\(another program has it\\); expected an address that is free\\n$`,
    ),
  );
  server.close();
  mkdirSync(path.join(folder, 'other', 'adit-data'), { recursive: true });
  writeFileSync(path.join(folder, 'other', 'adit-data', 'journal'), 'a file in the way');
  writeFileSync(path.join(folder, 'other', 'adit.toml'), CHAIN);
  const blocked = await runAdit(['pool'], path.join(folder, 'other'));
  assert.equal(blocked.status, 73);
  assert.match(blocked.err, /^adit: the data folder .*adit-data cannot be used: .*\n$/);
});

test('the miner ends with a clear message on a wrong address, and on refused authorisation', async (context) => {
  const folder = temporaryFolder(context);
  const wrong = await aditHere(['miner', '--url', 'http://a@127.0.0.1:1'], folder);
  assert.equal(wrong.status, 64);
  assert.match(wrong.err, /expected stratum\+tcp:\/\/worker:password@host:port/);
  const threads = await aditHere(['miner', '--url', 'stratum+tcp://a@127.0.0.1:1', '--threads', '0'], folder);
  assert.equal(threads.status, 64);
  assert.match(threads.err, /--threads: found "0", expected a whole number from 1 to 256/);
  // A pool that refuses everybody.
  const server = createServer((socket) => {
    socket.on('data', (chunk) => {
      for (const line of chunk.toString().trim().split('\n')) {
        const { id, method } = JSON.parse(line) as { id: number; method: string };
        const refused = { id, result: null, error: [24, 'Unauthorized worker: not on the list', null] };
        socket.write(
          `${JSON.stringify(method === 'mining.subscribe' ? { id, result: [null, '01020304'], error: null } : refused)}\n`,
        );
      }
    });
    socket.on('error', () => {});
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const refused = await runAdit(
    ['miner', '--url', `stratum+tcp://eve:secret@127.0.0.1:${port}`, '--network', 'zcash-devnet-48_5'],
    folder,
  );
  server.close();
  assert.equal(refused.status, 69);
  assert.match(refused.err, /the pool refuses eve: Unauthorized worker: not on the list/);
  assert.ok(!(refused.out + refused.err).includes('secret'));
});

test('version and help are there, and an unknown command is refused', async (context) => {
  const folder = temporaryFolder(context);
  assert.match((await runAdit(['--version'], folder)).out, /^\d+\.\d+\.\d+\n$/);
  const help = await aditHere(['--help'], folder);
  for (const word of ['pool', 'miner', 'devnet', 'demo', 'init', 'Examples:'])
    assert.ok(help.out.includes(word), word);
  assert.notEqual((await runAdit(['frobnicate'], folder)).status, 0);
});
