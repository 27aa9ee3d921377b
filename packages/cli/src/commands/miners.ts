import type { MinersResult } from '../control/results.ts';
import { RESULTS } from '../control/results.ts';
import { plain } from '../log/plain.ts';
import { rateText } from '../view/rate-text.ts';
import { shortName } from '../view/short-name.ts';
import { textTable } from '../view/text-table.ts';
import { ask, type ControlOptions, read } from './control.ts';
import { wholeOption } from './number-option.ts';
import { print } from './print.ts';

interface MinersOptions extends ControlOptions {
  readonly workers: boolean;
  readonly account?: string;
  readonly limit: string;
}

const MOST = 1_000;

/** `adit miners`: who mines what, those with the highest rate first. */
export async function runMiners(options: MinersOptions): Promise<void> {
  const limit = wholeOption('--limit', options.limit, 1, MOST);
  const { account } = options;
  const by = options.workers || account !== undefined ? 'worker' : 'account';
  const request = { command: 'miners', by, limit, ...(account === undefined ? {} : { account }) } as const;
  const answer = read(RESULTS.miners, await ask(options, request));
  print(options, answer, () => minersText(answer, by));
}

/** A table that fits a terminal; rates are of the last ten minutes or so. */
export function minersText({ miners, total }: MinersResult, by: 'account' | 'worker'): string {
  if (total === 0) return 'nobody mines';
  const head = [by, 'rate', 'accepted', 'refused', 'last share', 'since', 'lines', 'from'];
  const rows = miners.map((miner) => [
    shortName(plain(miner.name)),
    rateText(miner.rate),
    String(miner.accepted),
    String(miner.refused),
    miner.lastShareMs === null ? '-' : ago(miner.lastShareMs),
    ago(miner.sinceMs),
    String(miner.connections),
    `${miner.addresses.join(' ')}${miner.moreAddresses > 0 ? ` and ${miner.moreAddresses} more` : ''}`,
  ]);
  const lines = textTable([head, ...rows], (column) => column === 0 || column === head.length - 1);
  if (total > miners.length) lines.push(`${total - miners.length} more: --limit, --account or --json`);
  lines.push(
    'rate: solutions (Equihash) or hashes (TrueHash) a second, from the shares of about ten minutes',
  );
  return lines.join('\n');
}

/** `12 s`, `3 min`, `5 h`, `2 d` */
function ago(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3_600)} h` : `${Math.round(seconds / 86_400)} d`;
}
