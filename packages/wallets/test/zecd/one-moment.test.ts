import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JsonRpcClient } from '@adit/rpc';
import { ZecdWallet } from '../../src/zecd/zecd-wallet.ts';
import { withWallets } from './rig.ts';

/** A client that does something right behind each answer of one method. */
class Interrupted extends JsonRpcClient {
  readonly #method: string;
  readonly #act: () => void;

  constructor(url: string, { method, act }: { readonly method: string; readonly act: () => void }) {
    super({ url });
    this.#method = method;
    this.#act = act;
  }

  override async call(...[method, ...more]: Parameters<JsonRpcClient['call']>): Promise<unknown> {
    const answer = await super.call(method, ...more);
    if (method === this.#method) this.#act();
    return answer;
  }
}

test('funds are not complete where a block came between the question whether they are and the balances', async () => {
  await withWallets({ rewards: 1 }, async (rig) => {
    let blocks = 1;
    const act = (): void => rig.mine(blocks);
    const client = new Interrupted(rig.wallet.url, { method: 'waitforsync', act });
    const driver = new ZecdWallet({ network: 'zcash-regtest', address: rig.wallet.address }, { client });
    const interrupted = await driver.funds();
    assert.equal(interrupted.height, rig.wallet.height, 'the balances are those of the new block');
    assert.equal(interrupted.isComplete, false);
    blocks = 0;
    assert.equal((await driver.funds()).isComplete, true);
    client.close();
  });
});
