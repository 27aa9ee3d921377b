import type { PoolEvent, PoolStatus, SubmissionOutcome } from '@adit/pool';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { BLOCK_STATES, labelOf, NODE_STATES } from './labels.ts';

/** Buckets in seconds. A node nearby answers in a millisecond; a template with a shielded coinbase can take seconds. */
const FAN_OUT_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];
/** Buckets in seconds. The pool promises 5 ms. */
const SLICE_SECONDS = [0.0005, 0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.025, 0.05, 0.1];

const ANSWERS: readonly SubmissionOutcome[] = ['accepted', 'undecided', 'refused', 'superfluous'];

/** The nodes, their work, its way to the miners, and the fate of found blocks. */
export class WorkMetrics {
  readonly #height: Gauge<'chain'>;
  readonly #age: Gauge<'chain'>;
  readonly #outage: Gauge<'chain'>;
  readonly #nodeState: Gauge<'chain' | 'node' | 'state'>;
  readonly #nodeHeight: Gauge<'chain' | 'node'>;
  readonly #nodeLatency: Gauge<'chain' | 'node'>;
  readonly #nodeLag: Gauge<'chain' | 'node'>;
  readonly #clock: Gauge<'chain' | 'source'>;
  readonly #work: Counter<'chain' | 'clean'>;
  readonly #outages: Counter<'chain'>;
  readonly #disagreements: Counter<'chain'>;
  readonly #fanOut: Histogram<'port' | 'clean'>;
  readonly #slice: Histogram<'port'>;
  readonly #found: Counter<'chain' | 'what'>;
  readonly #submitted: Counter<'chain' | 'what' | 'answer'>;
  readonly #states: Counter<'chain' | 'state'>;
  readonly #known = new Set<string>();

  constructor(registry: Registry) {
    const registers = [registry];
    const chain = ['chain'] as const;
    const node = ['chain', 'node'] as const;
    this.#height = new Gauge({
      name: 'adit_chain_height',
      help: 'Height of the block of the newest work',
      labelNames: chain,
      registers,
    });
    this.#age = new Gauge({
      name: 'adit_work_age_seconds',
      help: 'Age of the newest work; missing until the first work',
      labelNames: chain,
      registers,
    });
    this.#outage = new Gauge({
      name: 'adit_outage_seconds',
      help: 'Time since all nodes stopped giving work; 0 while a node gives work',
      labelNames: chain,
      registers,
    });
    this.#nodeState = new Gauge({
      name: 'adit_node_state',
      help: '1 for the state that a node is in, 0 for the others',
      labelNames: [...node, 'state'],
      registers,
    });
    this.#nodeHeight = new Gauge({
      name: 'adit_node_height',
      help: 'Newest height of a node',
      labelNames: node,
      registers,
    });
    this.#nodeLatency = new Gauge({
      name: 'adit_node_latency_seconds',
      help: 'Time of the last answer of a node',
      labelNames: node,
      registers,
    });
    this.#nodeLag = new Gauge({
      name: 'adit_node_lag_blocks',
      help: 'Blocks that a node is behind the present work; missing where this is unknown',
      labelNames: node,
      registers,
    });
    this.#clock = new Gauge({
      name: 'adit_clock_ahead_seconds',
      help: "How far a node's clock, or the times that a header may have, are ahead of the pool's clock",
      labelNames: [...chain, 'source'],
      registers,
    });
    this.#work = new Counter({
      name: 'adit_work_total',
      help: 'Work from nodes; clean: shares of all older work are worthless',
      labelNames: [...chain, 'clean'],
      registers,
    });
    this.#outages = new Counter({
      name: 'adit_outages_total',
      help: 'Times that all nodes stopped giving work',
      labelNames: chain,
      registers,
    });
    this.#disagreements = new Counter({
      name: 'adit_node_disagreements_total',
      help: 'Times that nodes had different blocks at one height',
      labelNames: chain,
      registers,
    });
    this.#fanOut = new Histogram({
      name: 'adit_job_fanout_seconds',
      help: 'Time from a new job to its last write to a connection of the port',
      labelNames: ['port', 'clean'],
      buckets: FAN_OUT_SECONDS,
      registers,
    });
    this.#slice = new Histogram({
      name: 'adit_job_fanout_longest_slice_seconds',
      help: 'Longest time that handing out a job blocked the event loop',
      labelNames: ['port'],
      buckets: SLICE_SECONDS,
      registers,
    });
    this.#found = new Counter({
      name: 'adit_blocks_found_total',
      help: 'Shares that met a target of the network, with a proof that holds',
      labelNames: [...chain, 'what'],
      registers,
    });
    this.#submitted = new Counter({
      name: 'adit_blocks_submitted_total',
      help: 'Outcomes of submitting found blocks; undecided: the pool tries again; superfluous: the header had a block already',
      labelNames: [...chain, 'what', 'answer'],
      registers,
    });
    this.#states = new Counter({
      name: 'adit_blocks_state_total',
      help: 'Changes of the state of a found block',
      labelNames: [...chain, 'state'],
      registers,
    });
  }

  work(chain: string, clean: boolean): void {
    this.#work.inc({ chain, clean: String(clean) });
  }

  outage(chain: string): void {
    this.#outages.inc({ chain });
  }

  disagreement(chain: string): void {
    this.#disagreements.inc({ chain });
  }

  broadcast({ port, clean, ms, longestSliceMs }: Extract<PoolEvent, { kind: 'broadcast' }>): void {
    this.#fanOut.observe({ port, clean: String(clean) }, ms / 1000);
    this.#slice.observe({ port }, longestSliceMs / 1000);
  }

  found(chain: string, what: string): void {
    this.#found.inc({ chain, what });
  }

  submitted(chain: string, what: string, answer: SubmissionOutcome): void {
    this.#submitted.inc({ chain, what, answer });
  }

  blockState(chain: string, state: string): void {
    this.#states.inc({ chain, state: labelOf(BLOCK_STATES, state) });
  }

  /** Called before each scrape. */
  collect(status: PoolStatus): void {
    // A series without a present value must vanish, such as that of a removed node or of an unknown height.
    for (const gauge of [this.#height, this.#age]) gauge.reset();
    for (const gauge of [this.#nodeHeight, this.#nodeLatency, this.#nodeLag]) gauge.reset();
    this.#nodeState.reset();
    this.#clock.reset();
    for (const { name: chain, finds, height, workAgeMs, outageMs, nodes, clocks } of status.chains) {
      this.#show(chain, finds);
      if (height !== undefined) this.#height.set({ chain }, height);
      if (workAgeMs !== undefined) this.#age.set({ chain }, workAgeMs / 1000);
      this.#outage.set({ chain }, outageMs / 1000);
      for (const { source, aheadMs } of clocks) this.#clock.set({ chain, source }, aheadMs / 1000);
      for (const { node, state: now, height: nodeHeight, latencyMs, lag } of nodes) {
        for (const state of NODE_STATES) this.#nodeState.set({ chain, node, state }, state === now ? 1 : 0);
        if (nodeHeight !== undefined) this.#nodeHeight.set({ chain, node }, nodeHeight);
        if (lag !== undefined) this.#nodeLag.set({ chain, node }, lag);
        if (latencyMs !== undefined) this.#nodeLatency.set({ chain, node }, latencyMs / 1000);
      }
    }
  }

  #show(chain: string, finds: readonly string[]): void {
    if (this.#known.has(chain)) return;
    this.#known.add(chain);
    this.#outages.inc({ chain }, 0);
    this.#disagreements.inc({ chain }, 0);
    for (const clean of ['true', 'false']) this.#work.inc({ chain, clean }, 0);
    for (const state of BLOCK_STATES) this.#states.inc({ chain, state }, 0);
    for (const what of finds) {
      this.#found.inc({ chain, what }, 0);
      for (const answer of ANSWERS) this.#submitted.inc({ chain, what, answer }, 0);
    }
  }
}
