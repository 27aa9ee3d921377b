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
  // Read once: a global is looked up again after every store.
  const number = list;
  const odd = multiplier;
  for (let i: u32 = 0; i < count; i++) {
    const value = load<u32>(indices + 4 * i);
    // The address is kept, not the slot's number: with the number a whole refusal takes a sixth longer on V8 13.6.
    let at = seen + ((value * odd) >> 21) * 8;
    let there = load<u64>(at);
    while ((there as u32) == number) {
      if (((there >> 32) as u32) == value) return false;
      at = seen + ((at - seen + 8) & (8 * SLOTS - 1));
      there = load<u64>(at);
    }
    store<u32>(at, number);
    store<u32>(at, value, 4);
  }
  return true;
}
