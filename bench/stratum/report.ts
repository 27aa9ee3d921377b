import type { Figure } from '../report.ts';
import { summarise } from '../statistics.ts';

/** The unit of each figure of the load benchmark. */
const UNITS: Readonly<Record<string, { readonly unit: string; readonly better: 'higher' | 'lower' }>> = {
  'stratum.accepted_per_s': { unit: 'shares/s', better: 'higher' },
  'stratum.accepted_per_cpu_s': { unit: 'shares/cpu-s', better: 'higher' },
  'stratum.bad_per_cpu_s': { unit: 'shares/cpu-s', better: 'higher' },
  'stratum.bad_per_s': { unit: 'shares/s', better: 'higher' },
  'stratum.unknown_job_per_s': { unit: 'answers/s', better: 'higher' },
  'stratum.bare_json_per_s': { unit: 'answers/s', better: 'higher' },
  'stratum.unknown_job_ratio': { unit: 'of bare', better: 'higher' },
  'stratum.truehash_accepted_per_cpu_s': { unit: 'shares/cpu-s', better: 'higher' },
  'stratum.truehash_accepted_per_s': { unit: 'shares/s', better: 'higher' },
  'stratum.memory_per_connection_kb': { unit: 'KB', better: 'lower' },
  'stratum.bare_memory_per_connection_kb': { unit: 'KB', better: 'lower' },
  'stratum.memory_ratio': { unit: 'of bare', better: 'lower' },
  'stratum.broadcast_5000_p50_ms': { unit: 'ms', better: 'lower' },
  'stratum.broadcast_5000_p99_ms': { unit: 'ms', better: 'lower' },
  'stratum.bare_broadcast_5000_p99_ms': { unit: 'ms', better: 'lower' },
  'stratum.broadcast_5000_p99_ratio': { unit: 'of bare', better: 'lower' },
  'stratum.broadcast_20000_p99_ms': { unit: 'ms', better: 'lower' },
  'stratum.broadcast_20000_longest_slice_ms': { unit: 'ms', better: 'lower' },
  'stratum.event_loop_p999_ms': { unit: 'ms', better: 'lower' },
  'stratum.bare_event_loop_p999_ms': { unit: 'ms', better: 'lower' },
  'stratum.event_loop_p999_ratio': { unit: 'of bare', better: 'lower' },
  'stratum.flooded_reply_p99_ms': { unit: 'ms', better: 'lower' },
  'stratum.tls_memory_per_connection_kb': { unit: 'KB', better: 'lower' },
  'stratum.tls_handshakes_per_s': { unit: 'handshakes/s', better: 'higher' },
};

export const STRATUM_FIGURES: readonly string[] = Object.keys(UNITS);

/** Collects the figures of the rounds. */
export class Findings {
  readonly #found = new Map<string, number[]>();

  add(name: string, value: number): void {
    const list = this.#found.get(name);
    if (list === undefined) this.#found.set(name, [value]);
    else list.push(value);
  }

  /** Adds the ratio of two figures of the same round. */
  addRatio(name: string, value: number, bare: number): void {
    this.add(name, value / bare);
  }

  get figures(): Record<string, Figure> {
    return Object.fromEntries(
      STRATUM_FIGURES.flatMap((name) => {
        const values = this.#found.get(name);
        const unit = UNITS[name];
        return values === undefined || unit === undefined ? [] : [[name, { ...summarise(values), ...unit }]];
      }),
    );
  }
}
