import type { NetworksOfChains } from './journal-file.ts';
import type { OnHealth } from './journal-health.ts';
import type { FileAccess } from './private-files.ts';
import type { WeightAlarm } from './share-record.ts';

/** Where a journal lies, and how many shares may wait for the disk. */
export interface ShareJournalOptions {
  /** The folder below which Adit keeps all its files. */
  readonly dataFolder: string;
  /** Name of the first journal of this process. Default: made from the time and random digits. */
  readonly instance?: string;
  /** Who may read it. Default: only the user. */
  readonly access?: FileAccess;
  /** The networks of chains by their names, for journals of version 1. */
  readonly networks?: NetworksOfChains;
  /** Shares that may wait for the disk. Default 65,536: at 10,000 shares per second, six seconds of a stalled disk. */
  readonly maxPending?: number;
  /** For tests: every commit takes this much longer, as on a slow disk. */
  readonly commitDelayMs?: number;
  /** For tests: the disk counts as hanging after ten ticks without an answer. Default: 1,000. */
  readonly tickMs?: number;
}

/** The functions that a journal calls. All may be left out. */
export interface ShareJournalModules {
  /** The journal cannot commit (the reason is given, for people and for programs), or can do so again (undefined). */
  readonly onHealth?: OnHealth;
  /** A batch is on disk. @param ms time from the request to the answer */
  readonly onCommit?: (shares: number, ms: number) => void;
  /** One share came with two weights; the smaller one counts. */
  readonly onAlarm?: (alarm: WeightAlarm) => void;
  /** Files that the operator should look at, one sentence each. Called when the list changes. */
  readonly onFaults?: (faults: readonly string[]) => void;
}
