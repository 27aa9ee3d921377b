/**
 * The ordered queue of answers to submissions. Answers leave in the order of the submissions, not in the order of the
 * verdicts: the reference TrueHash miner sends every submission with id 244, and can match answers only by their order.
 */
export class ReplyQueue {
  #next = 0;
  #waiting: { token: number; line: string | undefined }[] = [];

  get length(): number {
    return this.#waiting.length;
  }

  /** Takes the next place in the order. @returns its token */
  reserve(): number {
    const token = this.#next;
    this.#next += 1;
    this.#waiting.push({ token, line: undefined });
    return token;
  }

  /**
   * Fills a place. Unknown places, and places that are filled already, stay as they are.
   * @returns the lines to send now, and the tokens that they answer
   */
  answer(token: number, line: string): { lines: string; tokens: number[] } {
    // Tokens ascend and leave in order, so the index follows from the token.
    const place = this.#waiting[token - (this.#next - this.#waiting.length)];
    if (place !== undefined) place.line ??= line;
    let lines = '';
    const tokens: number[] = [];
    for (const entry of this.#waiting) {
      if (entry.line === undefined) break;
      lines += entry.line;
      tokens.push(entry.token);
    }
    this.#waiting.splice(0, tokens.length);
    return { lines, tokens };
  }
}
