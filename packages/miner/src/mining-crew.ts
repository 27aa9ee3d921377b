/** What a miner needs to know of a share that its crew has found. */
export interface MinedShare {
  /** The id of the job that it belongs to. */
  readonly jobId: string;
  /** Rises with the tasks. Of shares that wait, those of the newest task leave first; without it, the newest share does. */
  readonly generation?: number;
}

/**
 * Whatever does the work of a miner: threads, the main thread in turns, another process, a device. It works on one task
 * at a time.
 */
export interface MiningCrew<Task> {
  /**
   * Works on this task in place of the one before.
   * @param keep whether shares of the tasks before still count: a crew whose nonces take long finishes those that it is at
   */
  assign(task: Task, keep: boolean): void;
  /** Stops the work until the next task. Shares of the task before must not be reported any more. */
  idle(): void;
  /** @returns solutions or hashes since the last call */
  takeCount(): number;
  /** Ends for ever. */
  stop(): Promise<void>;
}

/** What a crew reports. */
export interface CrewModules<Share extends MinedShare> {
  /** Called with a share of the newest task, or of one before it that was kept; the crew drops all others. */
  readonly onShare: (share: Share) => void;
  /** The crew cannot go on: the miner ends with `ADIT_MINING_THREAD`, and this reason. */
  readonly onFailure: (reason: string) => void;
}

/** Makes the crew of a miner. */
export type MakeCrew<Task, Share extends MinedShare> = (
  options: { readonly threads: number },
  modules: CrewModules<Share>,
) => MiningCrew<Task>;
