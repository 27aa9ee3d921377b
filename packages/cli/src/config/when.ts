/** What the documentation says about a setting, and when a change of it takes effect. */
export interface SettingMeta {
  readonly description: string;
  /** True if `adit reload` applies it; false if the next process does (`adit upgrade`, or a restart). */
  readonly live: boolean;
  /**
   * True if even an upgrade does not apply it, since both processes serve miners for a while: stop the pool and start
   * it.
   */
  readonly restart?: boolean;
  [key: string]: unknown;
}

export function live(description: string): SettingMeta {
  return { description, live: true };
}

export function upgrade(description: string): SettingMeta {
  return { description, live: false };
}

export function restart(description: string): SettingMeta {
  return { description, live: false, restart: true };
}
