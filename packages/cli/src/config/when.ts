/** What a setting's documentation says, and when a change of it takes effect. */
export interface SettingMeta {
  readonly description: string;
  /** true: `adit reload` applies it; false: the next process does (`adit upgrade`, or a restart). */
  readonly live: boolean;
  [key: string]: unknown;
}

export function live(description: string): SettingMeta {
  return { description, live: true };
}

export function upgrade(description: string): SettingMeta {
  return { description, live: false };
}
