import { once } from 'node:events';
import { createWriteStream, existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { archivesIn } from '@adit/journal';
import { AditError, messageOf } from '@adit/primitives';
import { syncFile } from '../backup/files.ts';
import { archivePlaceOf, DEFAULT_ARCHIVE } from '../config/archive-place.ts';
import { networksOf } from '../config/networks-of.ts';
import { placesOf } from '../config/pool-places.ts';
import { unpackArchives } from '../ledger/unpacked-archives.ts';
import { plain } from '../log/plain.ts';
import { Counted } from '../shares/counted.ts';
import { CSV, JSONL, type RowFormat } from '../shares/rows.ts';
import { type AccountSum, Sums } from '../shares/sums.ts';
import { whichShares } from '../shares/which-shares.ts';
import { shortName } from '../view/short-name.ts';
import { textTable } from '../view/text-table.ts';

interface WhereAndWhich {
  readonly config: string;
  /** The data folder, in place of the one of the configuration. */
  readonly data?: string;
  readonly also?: readonly string[];
  readonly since?: string;
  readonly until?: string;
  readonly fromSequence?: readonly string[];
  /** Whether archived journals are read as well. */
  readonly archived?: boolean;
}

/** `adit shares export` */
export async function runExport(
  options: WhereAndWhich & { readonly csv: boolean; readonly jsonl: boolean; readonly output?: string },
): Promise<void> {
  if (options.csv && options.jsonl)
    throw new AditError('ADIT_BAD_OPTION', '--csv and --jsonl exclude each other: give one of them');
  const format = options.jsonl ? JSONL : CSV;
  const { counted, notRead, close } = await open(options);
  try {
    const { output } = options;
    if (output === undefined) await writeRows(counted, format, process.stdout);
    else await writeFile(output, (stream) => writeRows(counted, format, stream));
    tellFaults(counted, notRead);
  } finally {
    await close();
  }
}

/** `adit shares sum` */
export async function runSum(options: WhereAndWhich & { readonly json: boolean }): Promise<void> {
  const { counted, notRead, close } = await open(options);
  try {
    const sums = new Sums();
    for (const shares of counted.groups()) for (const share of shares) sums.add(share);
    const { all } = sums;
    process.stdout.write(options.json ? `${sumJson(all, { counted, notRead }, options)}\n` : sumTable(all));
    tellFaults(counted, notRead);
  } finally {
    await close();
  }
}

/** The shares of a command's folders. */
interface Opened {
  readonly counted: Counted;
  /** Archived journals that are not read. */
  readonly notRead: readonly string[];
  close(): Promise<void>;
}

async function open(options: WhereAndWhich): Promise<Opened> {
  const which = whichShares(options);
  const dataFolder = options.data === undefined ? placesOf(options.config).data : path.resolve(options.data);
  const also = (options.also ?? []).map((folder) => path.resolve(folder));
  for (const folder of [dataFolder, ...also]) {
    if (existsSync(path.join(folder, 'journal'))) continue;
    const words = `there are no journals in ${folder}: expected the data folder of a pool, with a folder journal in it`;
    throw new AditError('ADIT_DATA_FOLDER', words);
  }
  const networks = options.data === undefined ? networksOf(options.config) : {};
  const folder =
    options.data === undefined ? archivePlaceOf(options.config) : path.join(dataFolder, DEFAULT_ARCHIVE);
  const isRead = options.archived === true;
  const archives = isRead ? await unpackArchives(folder) : undefined;
  const more = archives?.dataFolder === undefined ? [] : [archives.dataFolder];
  const closeArchives = async () => archives?.close();
  try {
    const counted = new Counted({ dataFolder, also: [...also, ...more], networks, which });
    return {
      counted,
      notRead: isRead ? [] : (await archivesIn(folder)).map((archive) => path.basename(archive)),
      async close() {
        counted.close();
        await closeArchives();
      },
    };
  } catch (error) {
    await closeArchives();
    throw error;
  }
}

/** Waits for the reader of its output after each group, so that a slow one does not fill the memory. */
async function writeRows(counted: Counted, format: RowFormat, output: Writable): Promise<void> {
  const write = async (text: string) => {
    if (text !== '' && !output.write(text)) await once(output, 'drain');
  };
  await write(format.head);
  for (const shares of counted.groups()) await write(shares.map(format.line).join(''));
}

/** The file appears when it is whole. It names accounts, so only its owner may read it. */
async function writeFile(file: string, fill: (output: Writable) => Promise<void>): Promise<void> {
  const draft = `${file}.part`;
  try {
    if (existsSync(file)) throw new Error('it exists already; name another one');
    const stream = createWriteStream(draft, { flags: 'wx', mode: 0o600 });
    try {
      await once(stream, 'open');
      await fill(stream);
      stream.end();
      await finished(stream);
      await syncFile(draft);
      await rename(draft, file);
    } catch (error) {
      stream.destroy();
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') await rm(draft, { force: true });
      throw error;
    }
  } catch (error) {
    if (error instanceof AditError) throw error;
    throw new AditError('ADIT_CANNOT_WRITE', `cannot write ${file}: ${messageOf(error)}`, { cause: error });
  }
}

/** Standard output has the shares alone. */
function tellFaults({ faults, twoWeights }: Counted, notRead: readonly string[]): void {
  const alarms =
    twoWeights === 0 ? [] : [`${twoWeights} shares came with two weights; the smaller ones count`];
  const [first] = notRead;
  const last = notRead.at(-1);
  const unread =
    first === undefined || last === undefined
      ? []
      : [`${notRead.length} archived journals are not read (${first} to ${last}): --archived reads them too`];
  for (const fault of [...faults, ...alarms, ...unread]) process.stderr.write(`warning: ${fault}\n`);
}

function sumJson(
  sums: readonly AccountSum[],
  { counted: { faults, leftOut, twoWeights }, notRead }: Pick<Opened, 'counted' | 'notRead'>,
  { since, until }: WhereAndWhich,
): string {
  return JSON.stringify({
    since: since ?? null,
    until: until ?? null,
    sums: sums.map((sum) => ({ ...sum, weight: sum.weight.toString() })),
    leftOut,
    twoWeights,
    faults,
    archivesNotRead: notRead,
  });
}

/** The sums for people: `--json` has the whole names. */
export function sumTable(sums: readonly AccountSum[]): string {
  if (sums.length === 0) return 'no share in this time\n';
  const rows = [
    ['network', 'account', 'shares', 'weight', 'blocks', 'fruits'],
    ...sums.map(({ network, account, shares, weight, blocks, fruits }) => [
      network,
      shortName(plain(account)),
      String(shares),
      weight.toString(),
      String(blocks),
      String(fruits),
    ]),
  ];
  return `${textTable(rows, (column) => column < 2).join('\n')}\n`;
}
