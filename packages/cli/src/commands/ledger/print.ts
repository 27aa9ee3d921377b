/** Options of all commands that read a ledger. */
export interface LedgerOptions {
  readonly config: string;
  readonly chain?: string;
  readonly json: boolean;
}

/** Prints a result, as JSON or for people. Amounts are decimal text in both. */
export function print(options: Pick<LedgerOptions, 'json'>, value: unknown, text: () => string): void {
  process.stdout.write(`${options.json ? JSON.stringify(value) : text()}\n`);
}

/** A time for people, in UTC. */
export function timeText(ms: number): string {
  return new Date(ms).toISOString().replace('T', ' ').slice(0, 19);
}
