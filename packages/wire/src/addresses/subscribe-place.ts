/** The port from 1 to 65535 that a miner names, as a number or in digits; undefined where the value is none. */
export function portOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^[0-9]{1,5}$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isInteger(number)) return undefined;
  return number >= 1 && number <= 65_535 ? number : undefined;
}

/**
 * Whether the parameters of a Zcash miner's `mining.subscribe` are host, port, agent and session, as old miners send them.
 * ZIP 301 has agent, session, host and port. A number in the second place may also be a session of the miner's own: then
 * the port stands in the fourth.
 */
export function beginsWithHost([, second, , fourth]: readonly unknown[]): boolean {
  return portOf(second) !== undefined && portOf(fourth) === undefined;
}
