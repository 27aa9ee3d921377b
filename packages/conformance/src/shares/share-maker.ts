import { Worker } from 'node:worker_threads';
import { AditError } from '@adit/primitives';
import { cannotTell, Judged } from '../report/finding.ts';
import { LUCK_FACTOR, limitOf } from './patience.ts';
import type { ShareOrder, ShareReport } from './share-order.ts';

export type FoundShare = NonNullable<ShareReport['found']>;

/** Solves shares for the checks, one at a time. Estimates by the earlier ones how long the next will take. */
export class ShareMaker {
  #worker: Worker | undefined;
  #waiting: Promise<unknown> = Promise.resolve();
  #solutions = 0;
  #milliseconds = 0;
  #orders = 0;

  /**
   * Finds a solution whose hash lies within the bounds.
   * @throws Judged `cannot_tell` where the time is too short
   */
  async find(order: Omit<ShareOrder, 'id'>): Promise<FoundShare> {
    const estimate = this.#estimateMs(order);
    if (estimate !== undefined && estimate > order.withinMs * LUCK_FACTOR)
      throw tooLong(estimate, order.withinMs);
    const turn = this.#waiting.then(() => this.#ask(order));
    this.#waiting = turn.catch(() => {});
    const report = await turn;
    this.#solutions += report.solutions;
    this.#milliseconds += report.milliseconds;
    if (report.found === undefined) throw tooLong(this.#estimateMs(order), order.withinMs);
    return report.found;
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }

  /** The expected time by the rate so far, in milliseconds; undefined while the rate is not known. */
  #estimateMs({ least, most, also }: Pick<ShareOrder, 'least' | 'most' | 'also'>): number | undefined {
    if (this.#solutions === 0) return undefined;
    const width = most >= least ? most - least + 1n : 1n;
    const each = Number((1n << 256n) / width);
    // A nonce has about two solutions. Only where one is a share does the other matter.
    const solutions = also === undefined ? each : (each * each) / 2;
    return (solutions * this.#milliseconds) / this.#solutions;
  }

  async #ask(order: Omit<ShareOrder, 'id'>): Promise<ShareReport> {
    this.#worker ??= new Worker(new URL(import.meta.resolve('#share-worker')));
    const worker = this.#worker;
    this.#orders += 1;
    const id = this.#orders;
    return await new Promise((resolve, reject) => {
      const clear = () => {
        worker.off('message', onReport);
        worker.off('error', onError);
      };
      const onReport = (report: ShareReport) => {
        if (report.id !== id) return;
        clear();
        resolve(report);
      };
      const onError = (error: Error) => {
        clear();
        reject(new AditError('ADIT_SOLVER_THREAD', `the solving thread failed: ${error.message}`));
      };
      worker.on('message', onReport);
      worker.on('error', onError);
      worker.postMessage({ ...order, id });
    });
  }
}

function tooLong(estimateMs: number | undefined, withinMs: number): Judged {
  const limit = limitOf(withinMs);
  if (estimateMs === undefined) return new Judged(cannotTell(`no solution was found at all in ${limit}`));
  const long = `such a share takes this machine about ${duration(estimateMs)}`;
  const end =
    estimateMs > withinMs ? `; the limit is ${limit}` : `, and none was found in ${limit}: bad luck`;
  return new Judged(cannotTell(`${long}${end}`));
}

function duration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 120) return `${Math.max(1, Math.round(seconds))} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} minutes`;
  return seconds < 172_800 ? `${Math.round(seconds / 3_600)} hours` : `${Math.round(seconds / 86_400)} days`;
}
