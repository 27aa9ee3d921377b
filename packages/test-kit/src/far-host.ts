import { once } from 'node:events';
import { connect, type LookupFunction, type Socket } from 'node:net';
import { Worker } from 'node:worker_threads';

/** Stands in the thread that listens: it answers no connection while it sleeps. */
const LISTENER = `
  const { createServer } = require('node:net');
  const { parentPort, workerData } = require('node:worker_threads');
  const gate = new Int32Array(workerData.gate);
  const server = createServer((socket) => socket.on('error', () => {}).on('data', () => socket.end(workerData.answer)));
  server.listen({ host: '127.0.0.1', port: 0, backlog: 1 }, () => {
    parentPort.postMessage(server.address().port);
    Atomics.wait(gate, 0, 0);
  });
`;
/** A queue of one holds two connections on Linux. A system that holds this many has no queue that can be filled. */
const MOST = 64;
/** Loopback answers within a millisecond, so a connection that is not there by now is not in the queue. */
const FULL_AFTER_MS = 200;

/**
 * A host that is slow to connect to, like one on the other side of the earth. Its first address is 127.0.0.1, where the
 * handshake takes about a second; on the second one nobody listens. Nothing leaves the machine.
 */
export class FarHost {
  readonly port: number;
  readonly #worker: Worker;
  readonly #gate: Int32Array;
  readonly #fillers: readonly Socket[];

  private constructor(port: number, worker: Worker, gate: Int32Array, fillers: readonly Socket[]) {
    this.port = port;
    this.#worker = worker;
    this.#gate = gate;
    this.#fillers = fillers;
  }

  /** @param answer what the host sends to whoever sends it something; then it hangs up */
  static async start(answer: string): Promise<FarHost> {
    const gate = new SharedArrayBuffer(4);
    const worker = new Worker(LISTENER, { eval: true, workerData: { gate, answer } });
    const [port] = (await once(worker, 'message')) as [number];
    const fillers: Socket[] = [];
    // The system drops what does not fit into the queue, and the other side tries again after a second.
    for (let full = false; !full; ) {
      if (fillers.length === MOST) throw new Error('the queue of the listening socket cannot be filled');
      const filler = connect({ host: '127.0.0.1', port });
      filler.on('error', () => {});
      fillers.push(filler);
      full = await Promise.race([
        once(filler, 'connect').then(() => false),
        new Promise<boolean>((resolve) => setTimeout(() => resolve(true), FULL_AFTER_MS)),
      ]);
    }
    return new FarHost(port, worker, new Int32Array(gate), fillers);
  }

  /** The addresses, in the order in which they are tried. */
  static readonly addresses: readonly string[] = ['127.0.0.1', '127.0.0.2'];

  /** Answers for every name with both addresses. */
  static readonly lookup: LookupFunction = (_host, _options, callback) =>
    callback(
      null,
      FarHost.addresses.map((address) => ({ address, family: 4 })),
    );

  /** From now on connections are answered, those too that are under way. */
  open(): void {
    for (const filler of this.#fillers) filler.destroy();
    Atomics.store(this.#gate, 0, 1);
    Atomics.notify(this.#gate, 0);
  }

  async stop(): Promise<void> {
    this.open();
    await this.#worker.terminate();
  }
}
