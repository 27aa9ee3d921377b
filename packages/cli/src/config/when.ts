/** What a setting's documentation says, and when a change of it takes effect. */
export interface SettingMeta {
  readonly description: string;
  /** true: `adit reload` applies it; false: the next process does (`adit upgrade`, or a restart). */
  readonly live: boolean;
  /** true: not even that, since both processes serve miners for a while: the pool has to be stopped and started. */
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
