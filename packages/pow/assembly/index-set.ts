// Tells whether all indices of a list differ. A hash table with open addressing has 2048 slots {u32 list number, u32
// index}; a list has at most 512 indices, so at most a quarter of the table is in use. The list number makes slots of
// earlier lists count as empty, so nothing has to clear the table.
//
// A forger that knew the hash could send 512 indices that all want one slot, and a refusal would cost as much as two
// verifications. So the host of a verifier draws the multiplier at random.

export const SEEN_BYTES: usize = 16384;
const SLOTS: u32 = 2048;

let list: u32 = 0;
let multiplier: u32 = 0x9e3779b1;

/** @param odd any odd number */
export function scatterBy(odd: u32): void {
  multiplier = odd;
}

/** @param seen SEEN_BYTES of memory: always the same, and zero at first  @param indices u32 each, at most 512 */
export function allDiffer(seen: usize, indices: usize, count: u32): bool {
  list++;
  if (list == 0) {
    // The list number has wrapped: slots from four billion lists ago would count as slots of this list.
    memory.fill(seen, 0, SEEN_BYTES);
    list = 1;
  }
  // Reads the global once: the engine would load it again after every store.
  const number = list;
  const odd = multiplier;
  for (let i: u32 = 0; i < count; i++) {
    const value = load<u32>(indices + 4 * i);
    // Keeps the address and not the number of the slot: with the number a refusal takes a sixth longer on V8 13.6.
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
