import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { isRestored, markRestored, SqliteDatabase } from '@adit/ledger';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { withDevnet } from '../../devnet/test/zcash/mining.ts';
import { configSchema } from '../src/config/schema.ts';
import { LEDGER_FAMILIES } from '../src/ledger/chain-families.ts';
import { ledgerChains } from '../src/ledger/ledger-chains.ts';
import { LedgerService } from '../src/ledger/ledger-service.ts';
import { payoutParts } from '../src/ledger/payout-parts.ts';

test('a ledger from a backup holds its payouts until a person resumes them, though they are automatic', async (context) => {
  const data = temporaryFolder(context);
  const file = path.join(data, 'ledger.db');
  await withDevnet({}, async ({ devnet }) => {
    const wallet = await devnet.openWallet();
    const caps = { payment_cap: '1', batch_cap: '1', day_cap: '1' };
    const config = configSchema.parse({
      data,
      chain: [
        {
          name: 'zec',
          network: 'zcash-devnet-48_5',
          nodes: [{ url: devnet.url }],
          ports: [{ listen: '127.0.0.1:0', dialect: 'zcash', start_difficulty: 1 }],
          money: {
            ...caps,
            reward_addresses: [wallet.transparentAddress],
            payouts: 'auto',
            wallet: { kind: 'zecd', url: wallet.url, address: wallet.address },
          },
        },
      ],
    });
    const [chain] = ledgerChains(config);
    assert.ok(chain !== undefined);
    await (await SqliteDatabase.open(file)).close();
    markRestored(file, 1);
    const database = await SqliteDatabase.open(file);
    const modules = LEDGER_FAMILIES.zcash({ chain, dataFolder: data, read: (work) => database.read(work) });
    const service = new LedgerService(
      { config, chains: [chain] },
      { database, chainModules: new Map([[chain.network, modules]]), onEvent: () => {} },
    );
    try {
      await service.start();
      assert.ok(modules.wallet !== undefined);
      const { commands } = payoutParts(chain, { ...modules, wallet: modules.wallet }, database);
      while ((await commands.status()).control.mode !== 'auto')
        await new Promise((resolve) => setTimeout(resolve, 50));
      const { control } = await commands.status();
      assert.match(control.hold?.detail ?? '', /restored from a backup/);
      assert.equal(await database.read(isRestored), false, 'the hold has taken the place of the mark');
      await commands.resume('all', { name: 'op', reason: 'compared' });
      assert.equal((await commands.status()).control.hold, null);
    } finally {
      await service.stop();
      modules.close();
      await database.close();
    }
  });
});
