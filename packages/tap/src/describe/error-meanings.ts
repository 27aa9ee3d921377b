/** What the error codes of ZIP 301 and of JSON-RPC 2.0 mean. */
const MEANINGS: ReadonlyMap<number, string> = new Map([
  [20, 'other'],
  [21, 'job not found'],
  [22, 'duplicate share'],
  [23, 'low difficulty'],
  [24, 'unauthorized worker'],
  [25, 'not subscribed'],
  [-1, 'job not found, in the TrueStratum document'],
  [-32700, 'parse error'],
  [-32600, 'invalid request'],
  [-32601, 'unknown method'],
  [-32602, 'bad parameters'],
  [-32603, 'internal error'],
]);

export function meaningOf(code: number): string {
  return MEANINGS.get(code) ?? 'no code of the protocol';
}
