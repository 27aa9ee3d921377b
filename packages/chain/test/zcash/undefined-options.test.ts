import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  ZcashNode,
  ZcashWorkSource,
  type ZcashWorkSourceModules,
  type ZcashWorkSourceOptions,
  zcashChain,
} from '@adit/chain';
import { startZcashDevnet } from '@adit/devnet';

test('a source takes the defaults for options and modules that are present but undefined', async (context) => {
  const chain = zcashChain('zcash-devnet-48_5');
  const devnet = await startZcashDevnet({ chain });
  const node = new ZcashNode({ url: devnet.url });
  const work = Promise.withResolvers<number>();
  const options = { chain, watchMs: undefined, refreshMs: undefined, proposeFirst: undefined };
  const modules = {
    nodes: [node],
    onWork: ({ height }: { height: number }) => work.resolve(height),
    onStatus: () => {},
    now: undefined,
    sleep: undefined,
    random: undefined,
    wallClock: undefined,
    onOutage: undefined,
    onDisagreement: undefined,
  };
  const source = new ZcashWorkSource(
    options as unknown as ZcashWorkSourceOptions,
    modules as unknown as ZcashWorkSourceModules,
  );
  context.after(async () => {
    await source.stop();
    node.close();
    await devnet.close();
  });
  source.start();
  assert.equal(await work.promise, 1);
});
