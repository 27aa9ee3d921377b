import type { JournaledShare } from '@adit/journal';
import { csvLine, encodeHex } from '@adit/primitives';

/**
 * The columns of an export, in order. Numbers that may be beyond 2^53 are decimal text in every format, so that no
 * program rounds them. A new column is added at the end.
 */
const COLUMNS: Readonly<Record<string, (share: JournaledShare) => string | number | null>> = {
  instance: ({ instance }) => instance,
  sequence: ({ sequence }) => sequence,
  time: ({ timeMs }) => new Date(timeMs).toISOString(),
  network: ({ network }) => network,
  chain: ({ chain }) => chain,
  height: ({ height }) => height,
  account: ({ account }) => account,
  worker: ({ worker }) => worker,
  weight: ({ weight }) => weight.toString(),
  outcome: ({ outcome }) => outcome,
  share_target: ({ shareTarget }) => shareTarget.toString(),
  network_target: ({ networkTarget }) => networkTarget?.toString() ?? null,
  dialect: ({ dialect }) => dialect,
  work_group: ({ workGroup }) => workGroup,
  work_id: ({ workId }) => workId,
  digest: ({ digest }) => encodeHex(digest),
};

/** How shares are written. */
export interface RowFormat {
  /** The first line, with its end; empty where there is none. */
  readonly head: string;
  readonly line: (share: JournaledShare) => string;
}

/** RFC 4180, with a line of names first. Accounts and workers come from miners: what a spreadsheet would run gets an apostrophe. */
export const CSV: RowFormat = {
  head: csvLine(Object.keys(COLUMNS)),
  line: (share) => csvLine(Object.values(COLUMNS).map((read) => read(share))),
};

/** One JSON object a line. */
export const JSONL: RowFormat = {
  head: '',
  line: (share) =>
    `${JSON.stringify(Object.fromEntries(Object.entries(COLUMNS).map(([name, read]) => [name, read(share)])))}\n`,
};
