import type { PoolEvent, PoolStatus, SubmissionOutcome } from '@adit/pool';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { BLOCK_STATES, labelOf, NODE_STATES } from './labels.ts';

/** A node nearby answers in a millisecond; templates with a shielded coinbase took it seconds. */
const FAN_OUT_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];
/** 5 ms is the promise. */
const SLICE_SECONDS = [0.0005, 0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.025, 0.05, 0.1];

const ANSWERS: readonly SubmissionOutcome[] = ['accepted', 'undecided', 'refused', 'superfluous'];

/** Nodes, the work they give, how it gets to miners, and what becomes of found blocks. */
export class WorkMetrics {
  readonly #height: Gauge<'chain'>;
  readonly #age: Gauge<'chain'>;
  readonly #outage: Gauge<'chain'>;
  readonly #nodeState: Gauge<'chain' | 'node' | 'state'>;
  readonly #nodeHeight: Gauge<'chain' | 'node'>;
  readonly #nodeLatency: Gauge<'chain' | 'node'>;
  readonly #nodeLag: Gauge<'chain' | 'node'>;
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
      help: 'Height of the block that the newest work is for',
      labelNames: chain,
      registers,
    });
    this.#age = new Gauge({
      name: 'adit_work_age_seconds',
      help: 'Since the newest work came; missing while there has been none',
      labelNames: chain,
      registers,
    });
    this.#outage = new Gauge({
      name: 'adit_outage_seconds',
      help: 'Since no node gives work; 0 while one does',
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
      help: 'Height that a node last told',
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
      help: 'Blocks that a node is behind the work in hand; missing where that cannot be told',
      labelNames: node,
      registers,
    });
    this.#work = new Counter({
      name: 'adit_work_total',
      help: 'Work that came from nodes; clean: what was there before is worth nothing any more',
      labelNames: [...chain, 'clean'],
      registers,
    });
    this.#outages = new Counter({
      name: 'adit_outages_total',
      help: 'Times that no node gave work any more',
      labelNames: chain,
      registers,
    });
    this.#disagreements = new Counter({
      name: 'adit_node_disagreements_total',
      help: 'Times that nodes were seen with different blocks at one height',
      labelNames: chain,
      registers,
    });
    this.#fanOut = new Histogram({
      name: 'adit_job_fanout_seconds',
      help: 'From a new job to its last write to a connection of the port',
      labelNames: ['port', 'clean'],
      buckets: FAN_OUT_SECONDS,
      registers,
    });
    this.#slice = new Histogram({
      name: 'adit_job_fanout_longest_slice_seconds',
      help: 'Longest time in handing out a job that nothing else could happen',
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
      help: 'What came of handing in found blocks; undecided: it is tried again; superfluous: its header has had one',
      labelNames: [...chain, 'what', 'answer'],
      registers,
    });
    this.#states = new Counter({
      name: 'adit_blocks_state_total',
      help: 'Changes of what has become of a found block',
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

  /** Before a scrape. */
  collect(status: PoolStatus): void {
    // What is not said any more must vanish: a node that was taken out, a height nobody knows.
    for (const gauge of [this.#height, this.#age]) gauge.reset();
    for (const gauge of [this.#nodeHeight, this.#nodeLatency, this.#nodeLag]) gauge.reset();
    this.#nodeState.reset();
    for (const { name: chain, finds, height, workAgeMs, outageMs, nodes } of status.chains) {
      this.#show(chain, finds);
      if (height !== undefined) this.#height.set({ chain }, height);
      if (workAgeMs !== undefined) this.#age.set({ chain }, workAgeMs / 1000);
      this.#outage.set({ chain }, outageMs / 1000);
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
