/** Entries looked at in one go: one or two milliseconds, and a full map is through in a minute of seconds. */
const SWEEP = 1_024;

/** Where the last look at a map ended; undefined: at its end. */
export type Sweep<K, V> = Iterator<[K, V]> | undefined;

/** Goes on through a map, and deletes what is done with. @returns where to go on */
export function sweep<K, V>(map: Map<K, V>, from: Sweep<K, V>, done: (value: V) => boolean): Sweep<K, V> {
  const iterator = from ?? map.entries();
  for (let i = 0; i < SWEEP; i++) {
    const next = iterator.next();
    if (next.done === true) return undefined;
    const [key, value] = next.value;
    if (done(value)) map.delete(key);
  }
  return iterator;
}
