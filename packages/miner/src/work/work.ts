import type { MineKind, MineReport, MineTask } from './mine-protocol.ts';

/**
 * One step of a task: one Equihash nonce, or some hundred hashes, so that the thread reads its messages every few
 * milliseconds.
 * @returns false when every nonce of the task has been tried: the thread then waits for the next task
 */
export type MineStep = () => boolean;

/** What one thread does with tasks of one kind. It may keep what is costly to make between tasks. */
export interface Work<Kind extends MineKind> {
  begin(task: MineTask<Kind>): MineStep;
}

export interface WorkOptions {
  /** The number of the thread, from 0. */
  readonly thread: number;
}

export interface WorkModules {
  /** True once shares of the thread's task are worthless. May be asked within a step. */
  readonly isDropped: () => boolean;
  readonly report: (report: MineReport) => void;
}
