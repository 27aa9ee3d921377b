import { AdminServer, type PoolMetrics } from '@adit/api';
import type { PoolStatus } from '@adit/pool';
import { AditError, messageOf } from '@adit/primitives';
import { hostAndPort } from '../config/port-options.ts';
import type { Config } from '../config/schema.ts';
import type { ServiceEvent } from '../log/service-event.ts';

export interface AdminAddressModules {
  readonly metrics: PoolMetrics;
  readonly status: () => PoolStatus;
  readonly onEvent: (event: ServiceEvent) => void;
}

/** Attempts to open the address after a hand-over: the old process needs a moment to release it. */
const ATTEMPTS = 20;
const PAUSE_MS = 100;

/** The address for metrics and health. One process has it at a time, so it changes hands during an upgrade. */
export class AdminAddress {
  readonly #modules: AdminAddressModules;
  #server: AdminServer | undefined;

  constructor(modules: AdminAddressModules) {
    this.#modules = modules;
  }

  /**
   * Opens the address, unless it is open or disabled.
   * @param patient whether another process may hold it for a moment, so that further attempts are worth it
   * @throws AditError `ADIT_ADMIN_LISTEN`
   */
  async open(
    { enabled, listen, allowed_hosts: allowedHosts }: Config['admin'],
    patient: boolean,
  ): Promise<void> {
    if (!enabled || this.#server !== undefined) return;
    const { metrics, status, onEvent } = this.#modules;
    for (let attempt = 1; ; attempt += 1) {
      const server = new AdminServer(
        { ...hostAndPort(listen), allowedHosts },
        {
          metrics,
          status,
          onProblem: (detail) =>
            onEvent({ kind: 'service_problem', cause: 'admin_failed', code: undefined, detail }),
        },
      );
      try {
        const port = await server.start();
        this.#server = server;
        return onEvent({ kind: 'admin', host: listen.replace(/:\d+$/, ''), port });
      } catch (error) {
        if (!patient || attempt >= ATTEMPTS) {
          throw new AditError('ADIT_ADMIN_LISTEN', `admin.listen ${listen}: ${messageOf(error)}`, {
            cause: error,
          });
        }
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      }
    }
  }

  async close(): Promise<void> {
    await this.#server?.close();
    this.#server = undefined;
  }
}
