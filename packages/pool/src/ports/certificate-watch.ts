import { certificateFault } from '@adit/net';
import type { OnProblem } from '../problem.ts';

const DAY_MS = 86_400_000;

export interface CertificateWatchModules {
  /** Wall clock in milliseconds. */
  readonly now: () => number;
  readonly onProblem: OnProblem;
}

/** Not its whole status: to make one counts all miners. */
interface PortWithCertificate {
  readonly port: string;
  readonly chain: string;
  /** Milliseconds since 1970; undefined without TLS. */
  readonly certificateEndsMs: number | undefined;
}

/**
 * Reports certificates that end soon or have ended, each at its first look and then once a day: a miner that refuses a
 * certificate tells the pool nothing.
 */
export class CertificateWatch {
  readonly #modules: CertificateWatchModules;
  /** When a port was reported last, and the end of the certificate that it had. As many entries as ports. */
  readonly #told = new Map<string, { readonly atMs: number; readonly endsMs: number | undefined }>();

  constructor(modules: CertificateWatchModules) {
    this.#modules = modules;
  }

  look(ports: readonly PortWithCertificate[]): void {
    const nowMs = this.#modules.now();
    for (const { port, chain, certificateEndsMs: endsMs } of ports) {
      const fault = endsMs === undefined ? undefined : certificateFault({ fromMs: 0, endsMs }, nowMs);
      if (fault === undefined) {
        this.#told.delete(port);
        continue;
      }
      const told = this.#told.get(port);
      // Another certificate that ends soon is news, even a moment after a report of the one before.
      if (told !== undefined && told.endsMs === endsMs && nowMs - told.atMs < DAY_MS) continue;
      this.#told.set(port, { atMs: nowMs, endsMs });
      this.#modules.onProblem({ cause: 'certificate_ends', chain, port, detail: `it ${fault}` });
    }
  }
}
