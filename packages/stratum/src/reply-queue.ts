/**
 * The ordered queue of answers to submissions: they leave in the order in which the submissions came,
 * whichever verdict comes first. The reference TrueHash miner sends every submission with id 244, so
 * order is all it has.
 */
export class ReplyQueue {
  #next = 0;
  #waiting: { token: number; line: string | undefined }[] = [];

  get length(): number {
    return this.#waiting.length;
  }

  /** Takes a place in the order. */
  reserve(): number {
    const token = this.#next;
    this.#next += 1;
    this.#waiting.push({ token, line: undefined });
    return token;
  }

  /**
   * Fills a place; an unknown or already filled one changes nothing.
   * @returns the lines that may leave now, and whose answers they are
   */
  answer(token: number, line: string): { lines: string; tokens: number[] } {
    // Tokens count up and leave in order, so a place is found without a search.
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
