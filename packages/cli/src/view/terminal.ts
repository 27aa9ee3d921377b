const HOME_AND_CLEAR_BELOW = '\u001b[H\u001b[J';
const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';
const OTHER_SCREEN = '\u001b[?1049h';
const FIRST_SCREEN = '\u001b[?1049l';

/** Draws over the whole terminal, and restores it at the end. */
export class Terminal {
  readonly #out: NodeJS.WriteStream;
  readonly #restore = () => this.close();
  #open = false;

  constructor(out: NodeJS.WriteStream) {
    this.#out = out;
  }

  get width(): number {
    return this.#out.columns ?? 80;
  }

  get height(): number {
    return this.#out.rows ?? 24;
  }

  open(): void {
    this.#open = true;
    this.#out.write(OTHER_SCREEN + HIDE_CURSOR);
    process.on('exit', this.#restore);
  }

  draw(lines: readonly string[]): void {
    if (this.#open) this.#out.write(HOME_AND_CLEAR_BELOW + lines.join('\r\n'));
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    process.off('exit', this.#restore);
    this.#out.write(SHOW_CURSOR + FIRST_SCREEN);
  }
}
