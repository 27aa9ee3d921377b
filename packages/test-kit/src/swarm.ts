import { type EquihashParams, EquihashSolver } from '@adit/pow';
import { codeOf, textOf } from './line-client.ts';
import { until } from './until.ts';
import { ZcashRig } from './zcash-rig.ts';

/** What a swarm of miners has seen. */
export interface SwarmReport {
  /** Digests of the shares that were answered with true. */
  readonly accepted: readonly string[];
  /** Code and words of the answers to shares that were refused. */
  readonly refused: readonly unknown[];
  /** Connections that could not be made, or that ended before a share was answered. */
  readonly failures: readonly string[];
  /** How often a miner was asked to connect again and did. */
  readonly moves: number;
}

/** One miner that does as it is told: on `client.reconnect` it connects anew before it leaves the old connection. */
class SwarmMiner {
  readonly #swarm: Swarm;
  readonly #worker: string;
  #rig: ZcashRig | undefined;
  #open = 0;

  constructor(swarm: Swarm, worker: string) {
    this.#swarm = swarm;
    this.#worker = worker;
  }

  async connect(): Promise<void> {
    const { port, params, solver } = this.#swarm;
    const rig = await ZcashRig.connect(port, params, this.#worker, { solver });
    await rig.job();
    this.#rig = rig;
  }

  /** Solves one share and sends it, or moves if the pool has asked for that. */
  async step(): Promise<void> {
    const rig = this.#rig;
    if (rig === undefined) return;
    if (rig.client.count('client.reconnect') > 0) return this.#move(rig);
    const share = await rig.solve((value, target) => value <= target);
    this.#open += 1;
    rig.submit(share).then(
      (answer) => {
        this.#open -= 1;
        if (answer.result === true) this.#swarm.accepted.push(share.digest);
        else this.#swarm.refused.push([codeOf(answer), textOf(answer)]);
      },
      () => {
        this.#open -= 1;
        this.#swarm.failures.push(`${this.#worker}: a share was not answered`);
      },
    );
  }

  async close(): Promise<void> {
    await until('all shares are answered', () => this.#open === 0);
    this.#rig?.client.close();
  }

  async #move(old: ZcashRig): Promise<void> {
    await this.connect();
    await until('all shares of the old connection are answered', () => this.#open === 0);
    old.client.close();
    this.#swarm.moves += 1;
  }
}

/** Many miners on one Zcash port, with one solver between them. */
export class Swarm implements SwarmReport {
  readonly port: number;
  readonly params: EquihashParams;
  readonly solver: EquihashSolver;
  readonly accepted: string[] = [];
  readonly refused: unknown[] = [];
  readonly failures: string[] = [];
  moves = 0;
  readonly #miners: SwarmMiner[];
  #running: Promise<void> | undefined;
  #stopped = false;

  constructor(port: number, params: EquihashParams, miners: number) {
    this.port = port;
    this.params = params;
    this.solver = new EquihashSolver(params);
    this.#miners = Array.from({ length: miners }, (_, i) => new SwarmMiner(this, `farm.rig${i}`));
  }

  /** Connects all; resolves when each has a job. Then they mine in turn until `stop`. */
  async start(): Promise<void> {
    await Promise.all(this.#miners.map((miner) => this.#guarded('could not connect', miner.connect())));
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
    await Promise.all(this.#miners.map((miner) => miner.close()));
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      for (const miner of this.#miners) {
        if (this.#stopped) return;
        await this.#guarded('could not go on', miner.step());
      }
    }
  }

  async #guarded(what: string, work: Promise<void>): Promise<void> {
    await work.catch((error: unknown) => this.failures.push(`${what}: ${String(error)}`));
  }
}
