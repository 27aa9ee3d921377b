import type { JournaledShare } from '@adit/journal';
import { encodeHex } from '@adit/primitives';

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
  paid: ({ paid }) => paid ?? null,
};

/** How shares are written. */
export interface RowFormat {
  /** The first line, with its end; empty where there is none. */
  readonly head: string;
  readonly line: (share: JournaledShare) => string;
}

/** RFC 4180, with a line of names first. */
export const CSV: RowFormat = {
  head: `${Object.keys(COLUMNS).join(',')}\r\n`,
  line: (share) =>
    `${Object.values(COLUMNS)
      .map((read) => field(read(share)))
      .join(',')}\r\n`,
};

/** One JSON object a line. */
export const JSONL: RowFormat = {
  head: '',
  line: (share) =>
    `${JSON.stringify(Object.fromEntries(Object.entries(COLUMNS).map(([name, read]) => [name, read(share)])))}\n`,
};

/** Names of workers come from miners, and may hold every printable character. */
function field(value: string | number | null): string {
  const text = String(value ?? '');
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
