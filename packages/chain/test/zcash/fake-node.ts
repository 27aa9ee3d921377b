import { AditError } from '@adit/primitives';
import type { ProposalVerdict, TemplateRequest } from '../../src/zcash/node.ts';
import type { TemplateNode } from '../../src/zcash/work-source-options.ts';
import type { VirtualClock } from './virtual-clock.ts';

type Limits = { signal?: AbortSignal; timeoutMs?: number };

/** A node that answers as the test says, and holds long polls until `publish`. */
export class FakeNode implements TemplateNode {
  readonly name: string;
  template: unknown;
  failure: Error | undefined;
  verdict: ProposalVerdict = { valid: true };
  /** Replaces `verdict` for proposals. */
  judge: ((block: Uint8Array) => ProposalVerdict) | undefined;
  /** An error that `propose` throws. */
  proposeFailure: Error | undefined;
  best = '';
  known = new Map<string, { confirmations: number; height: number }>();
  count = 0;
  /** Time that every answer takes, templates included; a caller's limit ends it earlier. */
  delayMs = 0;
  /** Time that templates take in addition, as if a coinbase had to be proved. */
  templateMs = 0;
  clock: VirtualClock | undefined;
  readonly requests: { longPollId: string | undefined; timeoutMs: number | undefined }[] = [];
  proposals = 0;
  /** Number of calls for the tip. */
  looks = 0;
  #wake = Promise.withResolvers<void>();

  constructor(name: string, template?: unknown) {
    this.name = name;
    this.template = template;
  }

  /** Gives a new template, or a failure, to all long polls that wait. */
  publish(template: unknown): void {
    this.template = template;
    this.#wake.resolve();
    this.#wake = Promise.withResolvers<void>();
  }

  async getBlockTemplate(request: TemplateRequest = {}): Promise<unknown> {
    this.requests.push({ longPollId: request.longPollId, timeoutMs: request.timeoutMs });
    // The default limit of a real node's client for templates.
    await this.#answer({ timeoutMs: 45_000, ...request }, this.templateMs);
    const id = (this.template as { longpollid?: string }).longpollid;
    if (request.longPollId !== undefined && request.longPollId === id) {
      const cancelled = Promise.withResolvers<never>();
      request.signal?.addEventListener('abort', () =>
        cancelled.reject(new AditError('ADIT_RPC_ABORTED', 'cancelled')),
      );
      await Promise.race([this.#wake.promise, cancelled.promise]);
    }
    if (this.failure !== undefined) throw this.failure;
    return this.template;
  }

  async propose(block: Uint8Array): Promise<ProposalVerdict> {
    this.proposals += 1;
    if (this.proposeFailure !== undefined) throw this.proposeFailure;
    return this.judge?.(block) ?? this.verdict;
  }

  async getBestBlockHash(limits: Limits = {}): Promise<string> {
    this.looks += 1;
    await this.#answer(limits);
    return this.best === '' ? this.count.toString(16).padStart(64, '0') : this.best;
  }

  async getBlockHeader(hash: string): Promise<{ confirmations: number; height: number } | undefined> {
    return this.known.get(hash);
  }

  async getBlockCount(limits: Limits = {}): Promise<number> {
    await this.#answer(limits);
    return this.count;
  }

  async #answer({ signal, timeoutMs = 10_000 }: Limits, more = 0): Promise<void> {
    const delayMs = this.delayMs + more;
    if (delayMs > 0 && this.clock !== undefined) {
      await this.clock.sleep(Math.min(delayMs, timeoutMs), signal).catch(() => {
        throw new AditError('ADIT_RPC_ABORTED', 'cancelled');
      });
      if (delayMs > timeoutMs) throw new AditError('ADIT_RPC_TIMEOUT', `no answer in ${timeoutMs} ms`);
    }
    if (this.failure !== undefined) throw this.failure;
  }
}
