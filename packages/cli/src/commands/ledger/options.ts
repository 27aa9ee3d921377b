/** Options of all commands that read a ledger. */
export interface LedgerOptions {
  readonly config: string;
  readonly chain?: string;
  readonly json: boolean;
}
