import { afterAwake } from './awake.ts';

/** Waits for conditions that can only change when something comes: each is looked at whenever `wake` is called. */
export class Waits {
  readonly #looks = new Set<() => void>();
  #over = false;

  /**
   * Whether the condition came true within `withinMs` milliseconds. Gives up when `end` has been called.
   * @throws the errors of the condition
   */
  async until(condition: () => boolean, withinMs: number): Promise<boolean> {
    if (condition()) return true;
    if (this.#over) return false;
    return await new Promise<boolean>((resolve, reject) => {
      // An error that is thrown in the callback of a socket or a timer would end the process.
      const look = (last: boolean) => {
        try {
          const came = condition();
          if (!came && !last && !this.#over) return;
          resolve(came);
        } catch (error) {
          reject(error);
        }
        stop();
        this.#looks.delete(wake);
      };
      const wake = () => look(false);
      const stop = afterAwake(withinMs, () => look(true));
      this.#looks.add(wake);
    });
  }

  /** Looks at all conditions again, because something has come. */
  wake(): void {
    for (const look of [...this.#looks]) look();
  }

  /** Ends all waits, because nothing comes any more. */
  end(): void {
    this.#over = true;
    this.wake();
  }
}
