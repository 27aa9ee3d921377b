import { tryDecodeHex } from '@adit/primitives';
import { DIALECTS, type Dialect } from './dialect.ts';

/** The lines of a pool by which one knows its dialect. */
interface Shape {
  readonly targetMethod: string;
  /** Lengths of a target in bytes. */
  readonly targetBytes: readonly number[];
  /** Bytes of the fields between the id of a job and its flag. */
  readonly jobBytes: readonly number[];
}

/** A job of one dialect is never one of another: the second field differs in length. */
const SHAPES: { readonly [Each in Dialect]: Shape } = {
  zcash: { targetMethod: 'mining.set_target', targetBytes: [32], jobBytes: [4, 32, 32, 32, 4, 4] },
  // The document's example of a target has 8 bytes.
  truestratum: { targetMethod: 'mining.set_difficulty', targetBytes: [16, 8], jobBytes: [32, 32] },
};

/** A job, and one line more: a pool sends both right behind the login. A single line may be a mistake. */
const CERTAIN_LINES = 2;

/**
 * Tells a client that its pool speaks another dialect than it does itself. It is certain where a job of the other dialect
 * came and one more job or target of it, and not one line of the own dialect: a pool may add lines that are not for
 * everybody. It goes by methods and shapes alone.
 */
export class SpokenDialect {
  readonly #own: Dialect;
  /** Lines of each other dialect; as many entries as dialects. */
  readonly #lines = new Map<Dialect, { lines: number; jobs: number }>();
  #isOwn = false;

  /** @param own the dialect of the client */
  constructor(own: Dialect) {
    this.#own = own;
  }

  /** Takes a notification of the pool. @returns the other dialect, once it is certain that the pool speaks it */
  hear(method: string, params: readonly unknown[]): Dialect | undefined {
    if (this.#isOwn) return undefined;
    for (const dialect of DIALECTS) {
      const isJob = method === 'mining.notify' && isJobOf(SHAPES[dialect], params);
      if (!isJob && !isTargetOf(SHAPES[dialect], method, params)) continue;
      this.#isOwn = dialect === this.#own;
      if (this.#isOwn) return undefined;
      const known = this.#lines.get(dialect) ?? { lines: 0, jobs: 0 };
      known.lines += 1;
      if (isJob) known.jobs += 1;
      this.#lines.set(dialect, known);
      if (known.jobs > 0 && known.lines >= CERTAIN_LINES) return dialect;
    }
    return undefined;
  }
}

function isTargetOf(
  { targetMethod, targetBytes }: Shape,
  method: string,
  [target]: readonly unknown[],
): boolean {
  return method === targetMethod && targetBytes.some((bytes) => tryDecodeHex(target, bytes) !== undefined);
}

function isJobOf({ jobBytes }: Shape, [id, ...fields]: readonly unknown[]): boolean {
  return (
    typeof id === 'string' &&
    jobBytes.every((bytes, index) => tryDecodeHex(fields[index], bytes) !== undefined) &&
    typeof fields[jobBytes.length] === 'boolean'
  );
}
