import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { ShareJournal, type ShareRecord } from '@adit/journal';
import { listBlocks, SqliteDatabase, verifyLedger } from '@adit/ledger';
import { encodeHex, reverseBytes, tryDecodeHex } from '@adit/primitives';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { minedBlock, withDevnet } from '../../devnet/test/zcash/mining.ts';
import { configSchema } from '../src/config/schema.ts';
import { LEDGER_FAMILIES } from '../src/ledger/chain-families.ts';
import { ledgerChains } from '../src/ledger/ledger-chains.ts';
import { LedgerService } from '../src/ledger/ledger-service.ts';
import type { LedgerEvent } from '../src/log/ledger-event.ts';

const NETWORK = 'zcash-devnet-48_5';
const RULES = { confirmDepth: 2, matureDepth: 4, closedDepth: 1_000, lostDepth: 20, nodes: 1 };
const PAUSES = { ingest: 20, blocks: 50, payouts: 50 };
/** What a block pays the operator on this devnet, in zatoshi. */
const REWARD = 125_000_000n;

async function until(isSo: () => Promise<boolean> | boolean, step: () => void): Promise<void> {
  while (!(await isSo())) {
    step();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

test('a found block goes from the journal to the wallets of its miners, to the zatoshi, each payment once', async (context) => {
  const data = temporaryFolder(context);
  await withDevnet(
    { coinbaseMaturity: 3, mempoolTransactions: 0 },
    async ({ devnet, clock, template, node }) => {
      const wallet = await devnet.openWallet();
      const [ann, bob] = [await devnet.openWallet({ seed: 'ann' }), await devnet.openWallet({ seed: 'bob' })];
      const config = configSchema.parse({
        data,
        ledger: { settle_seconds: 5 },
        chain: [
          {
            name: 'zec',
            network: NETWORK,
            nodes: [{ url: devnet.url }],
            ports: [{ listen: '127.0.0.1:0', dialect: 'zcash', start_difficulty: 1 }],
            money: {
              fee_percent: 1,
              reward_addresses: [wallet.transparentAddress],
              payouts: 'auto',
              payment_cap: '1000',
              batch_cap: '1000',
              day_cap: '1000',
              wallet: { kind: 'zecd', url: wallet.url, address: wallet.address },
            },
          },
        ],
      });
      const chains = ledgerChains(config);
      const [chain] = chains;
      assert.ok(chain !== undefined);
      const database = await SqliteDatabase.open(path.join(data, 'ledger.db'));
      const modules = LEDGER_FAMILIES.zcash({ chain, dataFolder: data, read: (work) => database.read(work) });
      const events: LedgerEvent[] = [];
      const service = new LedgerService(
        { config, chains, pauseMs: PAUSES },
        {
          database,
          chainModules: new Map([[NETWORK, { ...modules, rulesOf: () => RULES, settleDepth: 2 }]]),
          onEvent: (event) => events.push(event),
        },
      );
      const mine = (): void => {
        clock.seconds += 20;
        devnet.mineBlock();
      };
      try {
        const work = await template();
        clock.seconds += 20;
        assert.equal((await node.submitBlock(minedBlock(work))).kind, 'accepted');
        const hash = tryDecodeHex(await node.call('getblockhash', [1])) ?? new Uint8Array();
        const share: ShareRecord = {
          timeMs: Date.now() - 60_000,
          network: NETWORK,
          chain: 'zec',
          height: 1,
          workId: 'w',
          workGroup: 'aa',
          account: ann.transparentAddress,
          worker: `${ann.transparentAddress}.rig`,
          dialect: 'zcash',
          weight: 3n,
          shareTarget: 2n ** 250n,
          networkTarget: work.target,
          digest: new Uint8Array(32),
          outcome: 'share',
        };
        const journal = new ShareJournal({ dataFolder: data });
        await journal.append(share);
        const bobs = { account: bob.address, worker: `${bob.address}.rig`, weight: 1n };
        await journal.append({ ...share, ...bobs, digest: reverseBytes(hash), outcome: 'block' });
        await journal.close();
        await service.start();
        const received = async (): Promise<bigint> =>
          paid(ann.url).then(async (one) => one + (await paid(bob.url)));
        await until(async () => (await received()) > 0n && isSettled(events), mine);
        const net = REWARD - REWARD / 100n;
        assert.deepEqual(
          [await paid(ann.url), await paid(bob.url)],
          [(net * 3n) / 4n, net - (net * 3n) / 4n],
        );
        for (let i = 0; i < 5; i += 1) mine();
        await until(() => events.filter(({ kind }) => kind === 'payout_waits').length > 0, mine);
        assert.equal(await received(), net, 'nobody is paid again');
        const blocks = await database.read((queries) => listBlocks(queries, { chain: NETWORK, limit: 10 }));
        assert.deepEqual(
          blocks.map((block) => [block.hash, block.state, block.reward]),
          [[encodeHex(hash), 'mature', REWARD]],
        );
        assert.deepEqual(await verifyLedger(database), []);
      } finally {
        await service.stop();
        modules.close();
        await database.close();
      }
    },
  );

  function isSettled(events: readonly LedgerEvent[]): boolean {
    return events.some((event) => event.kind === 'payout_moved' && /settled/.test(event.detail));
  }
});

/** What a miner's wallet has, in zatoshi, confirmed or not. */
async function paid(url: string): Promise<bigint> {
  const answer = await fetch(url, {
    method: 'POST',
    body: JSON.stringify({ id: 1, method: 'getbalances', params: [] }),
  });
  const { result } = (await answer.json()) as {
    readonly result: { readonly mine: Readonly<Record<string, number>> };
  };
  const { trusted = 0, untrusted_pending: pending = 0 } = result.mine;
  return BigInt(Math.round((trusted + pending) * 1e8));
}
