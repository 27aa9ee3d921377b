// Do all indices of a list differ? A table of 2048 slots {u32 list number, u32 index}, open addressing; at most 512
// indices, so that it is never more than a quarter full. Counting the lists empties it without writing to it.
//
// A forger who knew the hash could send 512 indices that all want one slot, and make a refusal cost two verifications.
// So the host of a verifier draws the multiplier.

export const SEEN_BYTES: usize = 16384;
const SLOTS: u32 = 2048;

let list: u32 = 0;
let multiplier: u32 = 0x9e3779b1;

/** @param odd any odd number */
export function scatterBy(odd: u32): void {
  multiplier = odd;
}

/** @param seen SEEN_BYTES of memory, always the same, zero at first  @param indices u32 each, at most 512 */
export function allDiffer(seen: usize, indices: usize, count: u32): bool {
  list++;
  if (list == 0) {
    // The number has wrapped: slots of four billion lists ago would look like ours.
    memory.fill(seen, 0, SEEN_BYTES);
    list = 1;
  }
  for (let i: u32 = 0; i < count; i++) {
    const value = load<u32>(indices + 4 * i);
    const entry = ((value as u64) << 32) | (list as u64);
    let slot = (value * multiplier) >> 21;
    for (;;) {
      const there = load<u64>(seen + 8 * slot);
      if ((there as u32) != list) break;
      if (there == entry) return false;
      slot = (slot + 1) & (SLOTS - 1);
    }
    store<u64>(seen + 8 * slot, entry);
  }
  return true;
}
