/** From job `from` on, until the next grant, this connection works with this target (and nonce1). */
export interface Grant<T> {
  readonly from: number;
  readonly value: T;
}

/**
 * Old grants are dropped as soon as no live job needs them. A target changes every few seconds at the
 * most and work lives for an hour at the most, so a connection needs a handful; this is the bound.
 */
const MAX_GRANTS = 256;

/**
 * The short list (job -> target in force) of one connection: law 4, a share is judged by the target of
 * its own job. Jobs are known by ascending numbers, so a list of changes is enough.
 */
export class Grants<T> {
  readonly #list: Grant<T>[] = [];
  #newest = -1;

  /** Number of the newest job that was sent, -1 before the first. */
  get newest(): number {
    return this.#newest;
  }

  get current(): T | undefined {
    return this.#list.at(-1)?.value;
  }

  /** Job `number` goes out with `value`. Numbers ascend; the same number again changes nothing. */
  grant(number: number, value: T, oldestKnown: number): void {
    if (number <= this.#newest) return;
    this.#newest = number;
    if (this.#list.at(-1)?.value !== value) this.#list.push({ from: number, value });
    while (
      this.#list.length > 1 &&
      ((this.#list[1]?.from ?? 0) <= oldestKnown || this.#list.length > MAX_GRANTS)
    ) {
      this.#list.shift();
    }
  }

  /** What job `number` was sent with; `undefined` when it was never sent to this connection. */
  of(number: number): T | undefined {
    if (number > this.#newest) return undefined;
    return this.#list.findLast((grant) => grant.from <= number)?.value;
  }
}
