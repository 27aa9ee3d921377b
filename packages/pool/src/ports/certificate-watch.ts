import type { OnProblem } from '../problem.ts';
import type { PortStatus } from './port-status.ts';

const DAY_MS = 86_400_000;
/** Certificates of the usual authorities are renewed a month before they end. One that ends sooner was forgotten. */
const SOON_MS = 14 * DAY_MS;

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
      if (endsMs === undefined || endsMs - nowMs >= SOON_MS) {
        this.#toldAt.delete(port);
        continue;
      }
      if (nowMs - (this.#toldAt.get(port) ?? Number.NEGATIVE_INFINITY) < DAY_MS) continue;
      this.#toldAt.set(port, nowMs);
      this.#modules.onProblem({ cause: 'certificate_ends', chain, port, detail: sentence(endsMs, nowMs) });
    }
  }
}

function sentence(endsMs: number, nowMs: number): string {
  const day = new Date(endsMs).toISOString().slice(0, 10);
  if (endsMs <= nowMs) return `it ended on ${day}, and miners refuse it`;
  return `it ends on ${day}, in ${Math.floor((endsMs - nowMs) / DAY_MS)} days`;
}
