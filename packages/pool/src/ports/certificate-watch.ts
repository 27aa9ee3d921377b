import { certificateFault } from '@adit/net';
import type { OnProblem } from '../problem.ts';
import type { PortStatus } from './port-status.ts';

const DAY_MS = 86_400_000;

export interface CertificateWatchModules {
  /** Wall clock in milliseconds. */
  readonly now: () => number;
  readonly onProblem: OnProblem;
}

interface PortWithCertificate {
  readonly status: Pick<PortStatus, 'name' | 'chain' | 'certificateEndsMs'>;
}

/**
 * Reports certificates that end soon or have ended, each once a day: a miner that refuses a certificate tells the pool
 * nothing.
 */
export class CertificateWatch {
  readonly #modules: CertificateWatchModules;
  /** When a port was reported last. As many entries as ports. */
  readonly #toldAt = new Map<string, number>();

  constructor(modules: CertificateWatchModules) {
    this.#modules = modules;
  }

  look(ports: readonly PortWithCertificate[]): void {
    const nowMs = this.#modules.now();
    for (const { status } of ports) {
      const { name: port, chain, certificateEndsMs: endsMs } = status;
      const fault = endsMs === undefined ? undefined : certificateFault({ fromMs: 0, endsMs }, nowMs);
      if (fault === undefined) {
        this.#toldAt.delete(port);
        continue;
      }
      if (nowMs - (this.#toldAt.get(port) ?? Number.NEGATIVE_INFINITY) < DAY_MS) continue;
      this.#toldAt.set(port, nowMs);
      this.#modules.onProblem({ cause: 'certificate_ends', chain, port, detail: `it ${fault}` });
    }
  }
}
