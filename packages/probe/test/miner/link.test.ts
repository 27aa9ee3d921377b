import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { MinerLink } from '../../src/miner/link.ts';
import { Turn } from '../../src/miner/turn.ts';

async function linked(context: TestContext): Promise<{ link: MinerLink; turn: Turn; miner: Socket }> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  const miner = connect(address.port, '127.0.0.1');
  const [socket] = (await once(server, 'connection')) as [Socket];
  context.after(() => {
    miner.destroy();
    socket.destroy();
    server.close();
  });
  const turn = new Turn(10);
  return { link: new MinerLink(socket, () => turn), turn, miner };
}

async function linesOf(miner: Socket, count: number): Promise<string[]> {
  let text = '';
  for await (const chunk of miner) {
    text += String(chunk);
    if (text.split('\n').length > count) break;
  }
  return text.trimEnd().split('\n');
}

test('what is sent while a line leaves byte by byte comes after it, in order', async (context) => {
  const { link, miner } = await linked(context);
  const slow = link.slowly('{"a":1}\n{"b":2}\n');
  link.send('{"c":3}');
  link.send('{"d":4}');
  await slow;
  link.send('{"e":5}');
  assert.deepEqual(await linesOf(miner, 5), ['{"a":1}', '{"b":2}', '{"c":3}', '{"d":4}', '{"e":5}']);
});

test('a password is in no line that a report shows, in whatever message it came', async (context) => {
  const { link, turn, miner } = await linked(context);
  miner.write('{"id":1,"method":"mining.authorize","params":["alice","a-secret-word"]}\n');
  miner.write('{"id":2,"method":"login","params":{"login":"alice","pass":"a-secret-word"}}\n');
  miner.write('{"id":3,"method":"mining.authorize","params":["alice","a-secret-word"\n');
  miner.write('{"id":4,"method":"mining.submit","params":["alice","7","00"]}\n');
  const last = await link.next(({ text }) => text.includes('mining.submit'), { within: 5_000 });
  assert.ok(last !== undefined);
  const shown = turn.lines.map(({ text }) => text);
  assert.ok(!shown.join('\n').includes('a-secret-word'), shown.join('\n'));
  assert.deepEqual(shown[0], '{"id":1,"method":"mining.authorize","params":["alice","***"]}');
  assert.deepEqual(shown[3], '{"id":4,"method":"mining.submit","params":["alice","7","00"]}');
});
