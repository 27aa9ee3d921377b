import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { ShareJournal, type ShareRecord } from '@adit/journal';
import { reverseBytes, tryDecodeHex } from '@adit/primitives';
import { poolToml, type TomlTable, zcashToml } from '@adit/test-kit/pool-toml';
import { temporaryFolder } from '@adit/test-kit/temporary';
import Database from 'better-sqlite3';
import { minedBlock, type Rig, withDevnet } from '../../../devnet/test/zcash/mining.ts';
import type { LedgerWatch } from '../../src/ledger/ledger-watch.ts';
import { ledgerConfig } from '../../src/ledger/open-ledger.ts';
import { RunningLedger } from '../../src/ledger/running-ledger.ts';
import type { LedgerEvent } from '../../src/log/ledger-event.ts';

export const NETWORK = 'zcash-devnet-48_5';
/** What a block pays the operator on this devnet, in zatoshi. */
export const REWARD = 125_000_000n;

const RULES = { confirmDepth: 2, matureDepth: 4, closedDepth: 1_000, lostDepth: 20, nodes: 1 };
const PAUSES = { ingest: 20, blocks: 50, payouts: 50 };
const CAPS = { payment_cap: '1000', batch_cap: '1000', day_cap: '1000' };

type Wallet = Awaited<ReturnType<Rig['devnet']['openWallet']>>;

/** A devnet with the pool's wallet and two miners, and a folder with a configuration whose chain has money. */
export interface MoneyRig {
  readonly devnet: Rig['devnet'];
  readonly wallet: Wallet;
  readonly ann: Wallet;
  readonly bob: Wallet;
  /** Of the configuration. */
  readonly file: string;
  readonly folder: string;
  /** Mines a block whose reward is the pool's, and journals it: of its weight ann has three parts, and bob, who found it, one. */
  find(): Promise<Uint8Array>;
  /** Journals a share of this moment whose target is the network's: it is worth a block. */
  journalShare(account: string): Promise<void>;
  /** A block of somebody else. */
  mine(): void;
  /** A ledger with small depths, which works until the test ends it. */
  open(onEvent?: (event: LedgerEvent) => void, watch?: LedgerWatch): Promise<RunningLedger>;
}

/** @param money `[chain.money]`, and `[chain.money.wallet]` made of the pool's wallet */
export async function withMoney(
  context: Parameters<typeof temporaryFolder>[0],
  {
    money = { payouts: 'auto' },
    ledger = {},
    wallet: settingsOf,
  }: {
    readonly money?: TomlTable;
    readonly ledger?: TomlTable;
    readonly wallet: (wallet: Wallet) => TomlTable;
  },
  use: (rig: MoneyRig) => Promise<void>,
): Promise<void> {
  const folder = temporaryFolder(context);
  await withDevnet(
    { coinbaseMaturity: 3, mempoolTransactions: 0 },
    async ({ devnet, clock, template, node }) => {
      const wallet = await devnet.openWallet();
      const [ann, bob] = [await devnet.openWallet({ seed: 'ann' }), await devnet.openWallet({ seed: 'bob' })];
      const file = path.join(folder, 'adit.toml');
      const password = path.join(folder, 'password');
      writeFileSync(password, 'x', { mode: 0o600 });
      const tables = {
        money: { fee_percent: 1, reward_addresses: [wallet.transparentAddress], ...CAPS, ...money },
        'money.wallet': settingsOf(wallet),
      };
      const chain = zcashToml(devnet.url, { chain: { network: NETWORK }, tables });
      writeFileSync(
        file,
        poolToml([chain], { top: { data: folder }, ledger: { settle_seconds: 5, ...ledger } }),
      );
      let height = 0;
      await use({
        devnet,
        wallet,
        ann,
        bob,
        file,
        folder,
        mine() {
          clock.seconds += 20;
          devnet.mineBlock();
        },
        async find() {
          const work = await template();
          clock.seconds += 20;
          assert.equal((await node.submitBlock(minedBlock(work))).kind, 'accepted');
          height = devnet.height;
          const hash = tryDecodeHex(await node.call('getblockhash', [height])) ?? new Uint8Array();
          const journal = new ShareJournal({ dataFolder: folder });
          const share = shareOf(ann.transparentAddress, height, work.target);
          await journal.append(share);
          const found = { digest: reverseBytes(hash), weight: 1n, outcome: 'block' } as const;
          await journal.append({ ...share, ...found, account: bob.address, worker: `${bob.address}.rig` });
          await journal.close();
          return hash;
        },
        async journalShare(account) {
          const journal = new ShareJournal({ dataFolder: folder });
          const share = shareOf(account, 1_000_000, 2n ** 236n);
          await journal.append({ ...share, timeMs: Date.now(), weight: 2n ** 30n });
          await journal.close();
        },
        async open(onEvent = () => {}, watch) {
          const { config, chains, place } = await ledgerConfig(file);
          return RunningLedger.open(
            {
              config,
              chains,
              place,
              pauseMs: PAUSES,
              adjust: ({ wallet: made, ...modules }) => ({
                ...modules,
                rules: RULES,
                wallet: made === undefined ? undefined : { ...made, settleDepth: 2 },
              }),
            },
            watch === undefined ? { onEvent } : { onEvent, watch },
          );
        },
      });
    },
  );
}

/** The settings of a zecd wallet. */
export function zecd({ url, address }: Wallet): TomlTable {
  return { kind: 'zecd', url, user: 'adit', password_file: './password', address };
}

/** Whether a batch came to be settled. */
export function isSettled(event: LedgerEvent): boolean {
  return event.kind === 'payout_moved' && event.detail.startsWith('settled');
}

/** First row of a question to books that a ledger has open: it reads what is committed, and waits for no lock. */
export function rowOf(books: string, sql: string, ...values: readonly string[]): unknown {
  const db = new Database(books, { readonly: true });
  try {
    return db.prepare(sql).get(...values);
  } finally {
    db.close();
  }
}

/** Repeats a step until it is so. What is waited for must come, so the wait has no end of its own. */
export async function until(
  isSo: () => Promise<boolean> | boolean,
  step: () => void = () => {},
): Promise<void> {
  while (!(await isSo())) {
    step();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function shareOf(account: string, height: number, networkTarget: bigint): ShareRecord {
  const digest = new Uint8Array(32);
  new DataView(digest.buffer).setUint32(0, height);
  return {
    timeMs: Date.now() - 60_000,
    network: NETWORK,
    chain: 'chain',
    height,
    workId: 'w',
    workGroup: String(height).padStart(64, '0'),
    account,
    worker: `${account}.rig`,
    dialect: 'zcash',
    weight: 3n,
    shareTarget: 2n ** 250n,
    networkTarget,
    digest,
    outcome: 'share',
  };
}
