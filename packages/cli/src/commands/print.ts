/** Prints the result of a command, as JSON or for people. */
export function print(options: { readonly json: boolean }, value: unknown, text: () => string): void {
  process.stdout.write(`${options.json ? JSON.stringify(value) : text()}\n`);
}

/** A time for people, in UTC. */
export function timeText(ms: number): string {
  return new Date(ms).toISOString().replace('T', ' ').slice(0, 19);
}
