import { tryDecodeHex } from '@adit/primitives';
import { RpcFault } from '../rpc-server.ts';
import type { BlockEntry } from './block-tree.ts';
import type { ChangeSignal } from './change-signal.ts';
import { type NodeHabits, ZEBRA_OUTDATED } from './habits.ts';
import { INVALID_PARAMS, notHex } from './refusals.ts';
import { LONG_POLL_ID_LENGTH, LONG_POLL_TIP_LENGTH, longPollId, templateJson } from './template.ts';
import type { DevnetZcashChain } from './zcash-chain.ts';

export interface TemplateMethodsModules {
  chain: DevnetZcashChain;
  changes: ChangeSignal;
  /** Unix seconds. */
  now: () => number;
  habits: NodeHabits;
}

/** Least wait of a long poll. After the template's greatest time every poll would else be answered at once. */
const LEAST_WAIT_MS = 5_000;
/** Most answers in a row that may lie about the tip. */
const MAX_STALE = 1_000;

/**
 * `getblocktemplate`: templates, long polls and proposals. A new tip first has an empty template, at once, and the full
 * one after `habits.fillMs`.
 */
export class TemplateMethods {
  readonly #modules: TemplateMethodsModules;
  #stale = 0;
  #tip: BlockEntry;
  /** When the full template of the present tip is ready; on the monotonic clock. */
  #fullAt = Number.NEGATIVE_INFINITY;

  constructor(modules: TemplateMethodsModules) {
    this.#modules = modules;
    this.#tip = modules.chain.tree.tip;
  }

  /**
   * Makes the next `times` templates build on the tip's parent, as those of a node that lags.
   * @throws RpcFault
   */
  lag(times: number): number {
    if (!Number.isInteger(times) || times < 0 || times > MAX_STALE) {
      throw new RpcFault(INVALID_PARAMS, `times must be an integer from 0 to ${MAX_STALE}`);
    }
    this.#stale = times;
    this.#modules.changes.notify();
    return times;
  }

  /** Call it after each change of tip or mempool. */
  onChange(): void {
    const { chain, changes, habits } = this.#modules;
    if (chain.tree.tip !== this.#tip) {
      this.#tip = chain.tree.tip;
      this.#fullAt = performance.now() + habits.fillMs;
      if (habits.fillMs > 0) setTimeout(() => changes.notify(), habits.fillMs).unref();
    }
    changes.notify();
  }

  /**
   * @param request the parameter of `getblocktemplate`
   * @throws RpcFault
   */
  async get(request: unknown, signal: AbortSignal): Promise<unknown> {
    const { mode, data, longpollid } = (request ?? {}) as {
      mode?: unknown;
      data?: unknown;
      longpollid?: unknown;
    };
    if (mode === 'proposal') return this.#judge(data);
    if (longpollid === undefined || longpollid === null)
      return this.#stalePart() ?? this.#template(false, undefined);
    if (typeof longpollid !== 'string' || longpollid.length !== LONG_POLL_ID_LENGTH) {
      throw new RpcFault(INVALID_PARAMS, `longpollid must be a string of ${LONG_POLL_ID_LENGTH} characters`);
    }
    return this.#stalePart() ?? this.#longPoll(longpollid, signal);
  }

  /** A proposal: null where a block with a proof would be accepted, or the rule that it breaks. */
  #judge(data: unknown): string | null {
    const { chain, habits } = this.#modules;
    const raw = tryDecodeHex(data);
    if (raw === undefined) throw notHex(habits, 'data must be a block in hex');
    const reason = chain.propose(raw) ?? null;
    const outdated = reason === 'inconclusive-not-best-prevblk';
    return outdated && habits.zebraWords ? ZEBRA_OUTDATED : reason;
  }

  async #longPoll(given: string, signal: AbortSignal): Promise<unknown> {
    const { chain, changes, now, habits } = this.#modules;
    const answerBy = habits.longPollMs > 0 ? performance.now() + habits.longPollMs : Number.POSITIVE_INFINITY;
    const sameTip = (): boolean =>
      this.#pollId().slice(0, LONG_POLL_TIP_LENGTH) === given.slice(0, LONG_POLL_TIP_LENGTH);
    const tipAtStart = chain.tree.tip;
    while (!signal.aborted) {
      // A waiting poll gets the empty block of a new tip at once. The full one comes next.
      if (chain.tree.tip !== tipAtStart) return this.#template(true, false);
      if (this.#pollId() !== given) return this.#template(false, sameTip());
      if (changes.full) throw new RpcFault(-32603, 'too many long polls');
      const { maxTime } = chain.candidate();
      const left = Math.max((maxTime - now()) * 1000, LEAST_WAIT_MS);
      const due = Math.max(answerBy - performance.now(), 0);
      await changes.wait(Math.min(left, due, 2 ** 31 - 1), signal);
      const stale = this.#stalePart();
      if (stale !== undefined) return stale;
      if (performance.now() >= answerBy && chain.tree.tip === tipAtStart && this.#pollId() === given) {
        if (habits.shuffles) chain.mempool.shuffle();
        return this.#template(false, false);
      }
      if (now() >= maxTime) return this.#template(false, sameTip());
    }
    throw new RpcFault(-32603, 'the caller hung up');
  }

  get #filling(): boolean {
    return performance.now() < this.#fullAt;
  }

  #pollId(): string {
    return longPollId(this.#modules.chain.candidate(undefined, this.#filling));
  }

  #template(empty: boolean, submitOld: boolean | undefined): Record<string, unknown> {
    return templateJson(this.#modules.chain.candidate(undefined, empty || this.#filling), submitOld);
  }

  #stalePart(): Record<string, unknown> | undefined {
    const { chain } = this.#modules;
    const parent = chain.tree.tip.parent;
    if (this.#stale === 0 || parent === undefined) return undefined;
    this.#stale -= 1;
    return templateJson(chain.candidate(parent, true), undefined);
  }
}
