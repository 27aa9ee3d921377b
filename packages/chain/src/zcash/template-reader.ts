import { AnswerReader } from '@adit/rpc';
import type { ZcashChainParams } from './chains.ts';
import { type TemplateContent, withVariation, type ZcashWork } from './work.ts';

export interface ReadTemplate {
  /** The answer's `id` and `error`, as the node sent them. */
  readonly envelope: unknown;
  /** Absent if the answer is an error. */
  readonly work?: ZcashWork;
}

/** Reads long templates in a thread. */
export class TemplateReader {
  readonly #reader = new AnswerReader<ZcashChainParams, TemplateContent>({
    thread: new URL(import.meta.resolve('#template-thread')),
    what: 'template',
  });

  /**
   * @param body the whole answer, which must not be used any more
   * @throws SyntaxError if it is not JSON; AditError as `workFromTemplate`, and `ADIT_RPC_BAD_ANSWER`
   */
  async read(body: Buffer, chain: ZcashChainParams): Promise<ReadTemplate> {
    const { envelope, content } = await this.#reader.read(body, chain);
    if (content === undefined) return { envelope };
    // The thread returns a copy of the chain's parameters: put the caller's own object back.
    return { envelope, work: withVariation({ ...content, work: { ...content.work, chain } }) };
  }

  /** Ends the thread. Calls of `read` that are under way reject. */
  close(): void {
    this.#reader.close();
  }
}
