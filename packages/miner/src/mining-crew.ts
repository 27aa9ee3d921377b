/** What a miner needs to know of a share that its crew has found. */
export interface MinedShare {
  /** The id of the job that it belongs to. */
  readonly jobId: string;
}

/**
 * Whatever does the work of a miner: threads, the main thread in turns, another process, a device. It works on one task
 * at a time.
 */
export interface MiningCrew<Task> {
  /** Works on this task in place of the one before. */
  assign(task: Task): void;
  /** Stops the work until the next task. Shares of the task before must not be reported any more. */
  idle(): void;
  /** @returns solutions or hashes since the last call */
  takeCount(): number;
  /** Ends for ever. */
  stop(): Promise<void>;
}

/** What a crew reports. */
export interface CrewModules<Share extends MinedShare> {
  /** Called with a share of the newest task; the crew drops shares of older tasks. */
  readonly onShare: (share: Share) => void;
  /** The crew cannot go on: the miner ends with `ADIT_MINING_THREAD`, and this reason. */
  readonly onFailure: (reason: string) => void;
}

/** Makes the crew of a miner. */
export type MakeCrew<Task, Share extends MinedShare> = (
  options: { readonly threads: number },
  modules: CrewModules<Share>,
) => MiningCrew<Task>;
