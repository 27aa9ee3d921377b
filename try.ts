import path from 'node:path';
import { rmSync } from 'node:fs';
import { ZebradNode } from './test/integration/zebra/zebrad-node.ts';
import { callNode } from './test/integration/zebra/node-rpc.ts';
import { PoolSite } from './test/integration/zebra/pool-site.ts';
import * as s from './test/integration/zebra/scenarios.ts';
import * as z from './test/integration/zebra/zebra-scenarios.ts';
const [,, net, ...names] = process.argv;
const folder = '/tmp/zt/again-' + net; rmSync(folder, { recursive: true, force: true });
const zebrad='/root/.cache/adit-real/zebrad';
const node = await ZebradNode.make({ zebrad, folder: path.join(folder, 'n'), minerAddress: 't2SRyAR26tXTnZHfpa3jPqeyYmxCbAZxUnh', nu7Height: 125 });
await node.start(); await callNode(node,'generate',[110]);
const pool = await PoolSite.start({ folder: path.join(folder,'pool'), network: net!, nodes: [node] });
let i = 0;
for (const name of names) {
  const stage = { node, pool, zebrad, folder: path.join(folder, String(++i)), nu7Height: 125, blocks: 30, variables: {} };
  const t = performance.now();
  try { console.log(name, 'ok:', await ({...s, ...z} as any)[name](stage)); } catch (e) { console.log(name, 'FAILED', e); }
  console.log('   ', Math.round(performance.now()-t), 'ms');
}
await pool.stop(); await node.stop();
