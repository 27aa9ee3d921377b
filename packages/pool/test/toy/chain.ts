import type { PoolLimits } from '@adit/pool';
import type { Candidate, ChainFamily, ChainModules, PoolChain } from '@adit/pool/family';
import { ToyEngine } from './engine.ts';
import type { ToyNode } from './node.ts';
import { ToyPort, type ToyPortOptions } from './port.ts';

/** A toy chain with its node and ports. */
export interface ToyChainOptions {
  readonly kind: 'toy';
  readonly name: string;
  readonly node: ToyNode;
  readonly ports: readonly ToyPortOptions[];
  readonly confirmations: number;
}

class ToyChain implements PoolChain<ToyChainOptions> {
  readonly ports: readonly ToyPort[];
  readonly #engine: ToyEngine;

  constructor(options: ToyChainOptions, modules: ChainModules) {
    const { name, node, confirmations, ports } = options;
    const { limits, nonce1Of, liveSince, port } = modules;
    const engine = new ToyEngine(
      { name, confirmations },
      {
        ...modules,
        node,
        onEvent: port.onEvent,
        onJob: (job, clean) => {
          for (const each of this.ports) each.broadcast(job, clean);
        },
      },
    );
    this.#engine = engine;
    this.ports = ports.map(
      (one) => new ToyPort(one, limits, { ...port, engine, nonce1: nonce1Of(one.nonce1Bytes), liveSince }),
    );
  }

  get liveSince(): number {
    return this.#engine.liveSince;
  }

  start(unfinished: readonly Candidate[]): void {
    this.#engine.start(unfinished);
  }

  takeUp(unfinished: readonly Candidate[]): void {
    this.#engine.takeUp(unfinished);
  }

  stop(): Promise<void> {
    return this.#engine.stop();
  }

  reload(options: ToyChainOptions, limits: PoolLimits): void {
    for (const port of this.ports) {
      const wanted = options.ports.find(({ name }) => name === port.port);
      if (wanted === undefined) continue;
      port.update(wanted, limits);
      port.applyOptions(wanted);
    }
  }
}

export const TOY_FAMILY: ChainFamily<ToyChainOptions> = {
  finds: ['block'],
  networkOf: ({ name }) => name,
  check: () => {},
  open: (options, modules) => new ToyChain(options, modules),
};
