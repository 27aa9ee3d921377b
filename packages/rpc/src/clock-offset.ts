/** A Date header has whole seconds, cut off: on average the clock of its sender is half a second later. */
const HALF_A_SECOND_MS = 500;

/**
 * How far the clock of a server is ahead of ours, from the Date header of its answer (RFC 9110, section 6.6.1). A
 * server writes it when it begins the answer, so neither a long poll nor a long calculation falsifies it, as they do
 * the times within a template. It is exact to a second and the way of the answer.
 *
 * @param date the header
 * @param nowMs our wall clock when the head of the answer arrived
 * @returns milliseconds, negative if the server is behind; undefined without a header that is a date
 */
export function clockOffset(date: string | undefined, nowMs: number): number | undefined {
  const sentMs = date === undefined ? Number.NaN : Date.parse(date);
  return Number.isNaN(sentMs) ? undefined : sentMs + HALF_A_SECOND_MS - nowMs;
}
