import { AdminServer, type AdminServerModules } from '@adit/api';
import { messageOf } from '@adit/primitives';
import { hostAndPort } from '../config/port-options.ts';
import type { Config } from '../config/schema.ts';
import { Beat, type BeatOutcome } from './beat.ts';

/** Pause between attempts to open an address that another process has: that of the pool before, or another ledger. */
const AGAIN_MS = 10_000;

export interface LedgerAdminModules extends Pick<AdminServerModules, 'metrics' | 'status'> {
  readonly onListening: (port: number) => void;
  /** Told when the address could not be opened. The next attempt follows by itself. */
  readonly onProblem: (detail: string) => void;
}

/** The address for the metrics of the ledger's process. The ledger works without it, too: money does not wait for a port. */
export class LedgerAdmin {
  readonly #beat: Beat;
  #server: AdminServer | undefined;

  /** @param againMs for tests: pause between attempts */
  constructor(
    { ledger, admin }: Pick<Config, 'ledger' | 'admin'>,
    { metrics, status, onListening, onProblem }: LedgerAdminModules,
    againMs = AGAIN_MS,
  ) {
    const options = { ...hostAndPort(ledger.listen), allowedHosts: admin.allowed_hosts };
    const run = async (): Promise<BeatOutcome> => {
      if (this.#server !== undefined) return 'later';
      const server = new AdminServer(options, { metrics, status, onProblem });
      const port = await server.start();
      this.#server = server;
      onListening(port);
      return 'later';
    };
    const onError = (error: unknown) => onProblem(`ledger.listen ${ledger.listen}: ${messageOf(error)}`);
    this.#beat = new Beat({ pauseMs: againMs, failedMs: againMs }, { run, onError });
  }

  /** Begins to open the address, until it is open. */
  start(): void {
    this.#beat.start();
  }

  async close(): Promise<void> {
    await this.#beat.stop();
    await this.#server?.close();
  }
}
