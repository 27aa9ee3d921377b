import { type ListedBlock, listBlocks } from '@adit/ledger';
import { IS_VISITED, wholeCoins } from '@adit/money';
import { AditError } from '@adit/primitives';
import type { LedgerChain } from '../../ledger/ledger-chains.ts';
import { chainNamed, withLedger } from '../../ledger/open-ledger.ts';
import { textTable } from '../../view/text-table.ts';
import { print, timeText } from '../print.ts';
import type { LedgerOptions } from './options.ts';

/** Most blocks of one list. */
const MOST = 1_000;

/** `adit ledger blocks`: found blocks, the newest first. */
export async function runBlocks(options: LedgerOptions & { readonly state?: string }): Promise<void> {
  checkState(options.state);
  const found = await withLedger(options.config, async ({ chains, database }) => {
    const wanted = options.chain === undefined ? chains : [chainNamed(chains, options.chain)];
    const { state } = options;
    const lists: (readonly [LedgerChain, readonly ListedBlock[]])[] = [];
    for (const chain of wanted) {
      const filter = { chain: chain.network, limit: MOST, ...(state === undefined ? {} : { state }) };
      lists.push([chain, await database.read((queries) => listBlocks(queries, filter))]);
    }
    return lists;
  });
  const json = found.map(([{ network }, blocks]) => ({
    chain: network,
    blocks: blocks.map(({ hash, what, height, state, depth, reward, alarm, foundMs, account }) => ({
      hash,
      what,
      height,
      state,
      depth,
      reward: reward === null ? null : String(reward),
      alarm,
      found: new Date(foundMs).toISOString(),
      account,
    })),
  }));
  print(options, json, () => found.map(([chain, blocks]) => blockTable(chain, blocks)).join('\n\n'));
}

/** @throws AditError `ADIT_BAD_OPTION` */
function checkState(state: string | undefined): void {
  if (state === undefined || Object.hasOwn(IS_VISITED, state)) return;
  const states = Object.keys(IS_VISITED).join(', ');
  throw new AditError('ADIT_BAD_OPTION', `--state: found ${state}, expected one of ${states}`);
}

function blockTable({ network, coin }: LedgerChain, blocks: readonly ListedBlock[]): string {
  if (blocks.length === 0) return `${network}: no block was found yet`;
  const table = textTable(
    [
      ['found (UTC)', 'what', 'height', 'state', 'depth', `reward (${coin.symbol})`, 'name', 'look at'],
      ...blocks.map(({ foundMs, what, height, state, depth, reward, hash, alarm }) => [
        timeText(foundMs),
        what,
        String(height ?? '-'),
        state,
        String(depth ?? '-'),
        reward === null ? '-' : wholeCoins(reward, coin.decimals),
        hash.slice(0, 16),
        alarm?.replaceAll('_', ' ') ?? '',
      ]),
    ],
    (column) => ![2, 4, 5].includes(column),
  );
  return [network, ...table.map((line) => `  ${line}`)].join('\n');
}
