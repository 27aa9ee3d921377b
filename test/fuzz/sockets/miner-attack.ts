import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { type MinerEvent, TrueMiner, ZcashMiner } from '@adit/miner';
import { EPOCH0_DATASET_HASH } from '@adit/pow';
import { CLIENT_LINE_LIMIT, LineSplitter } from '@adit/stratum';
import type { Random } from '@adit/test-kit/random';
import { fromText, mutateLine } from '../mutate.ts';
import { FROM_POOLS } from '../seeds.ts';
import { demand } from '../violation.ts';

const ROUND_MS = 90_000;
const SMALL = { n: 48, k: 5, personalization: 'ZcashPoW' };
const HASHES = `"${'11'.repeat(32)}","${'22'.repeat(32)}","${'00'.repeat(32)}"`;

/** The messages of a dialect that give a miner a job. */
const KINDS = {
  zcash: {
    subscribed: '[null,"01020304"]',
    target: `{"id":null,"method":"mining.set_target","params":["${'f'.repeat(64)}"]}`,
    job: (id: string) =>
      `{"id":null,"method":"mining.notify","params":["${id}","04000000",${HASHES},"00000065","1f07ffff",true]}`,
  },
  truechain: {
    subscribed: `[["mining.notify","${'0'.repeat(32)}","TrueStratum/1.0.0"],"8000",6]`,
    target: `{"id":null,"method":"mining.set_difficulty","params":["${'00ffffff'.padEnd(32, 'f')}"]}`,
    job: (id: string) =>
      `{"id":null,"method":"mining.notify","params":["${id}","${EPOCH0_DATASET_HASH}","${'ab'.repeat(32)}",true]}`,
  },
} as const;

/**
 * A pool that sends random lines, and one of our miners. After each burst of them the pool is honest, and the miner must
 * send a share for its next job: on the same connection, or on the next one if it has left.
 */
export class MinerAttack {
  readonly #kind: keyof typeof KINDS;
  readonly #server: Server;
  #miner: ZcashMiner | TrueMiner;
  #socket: Socket | undefined;
  #onShare: (jobId: string) => void = () => {};
  #job = 'none';
  #rounds = 0;
  readonly #odd: string[] = [];
  connections = 0;
  lines = 0;

  private constructor(kind: keyof typeof KINDS, server: Server) {
    this.#kind = kind;
    this.#server = server;
    server.on('connection', (socket) => this.#onConnection(socket));
    this.#miner = this.#newMiner();
  }

  static async start(kind: keyof typeof KINDS): Promise<MinerAttack> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new MinerAttack(kind, server);
  }

  /** @throws Violation */
  async round(random: Random): Promise<void> {
    this.#rounds += 1;
    const id = `${this.#kind}${this.#rounds}`;
    const lines = Array.from({ length: 1 + random.below(20) }, () => {
      const base = random.pick(FROM_POOLS);
      return random.chance(4) ? base : mutateLine(base, random.pick(FROM_POOLS), 4_000, random);
    });
    const stream = `${lines.join('\n')}\n`
      .replaceAll('$SHARE', String(random.below(300)))
      .replaceAll('$REQUEST', '2');
    const share = new Promise<void>((resolve) => {
      this.#onShare = (jobId) => {
        if (jobId === id) resolve();
      };
    });
    await this.#write(stream, random);
    this.lines += lines.length;
    // Every later connection gets this.
    this.#job = id;
    this.#tell();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(resolve, ROUND_MS, 'late');
    });
    const outcome = await Promise.race([share, late]);
    clearTimeout(timer);
    demand(outcome !== 'late', 'miner', () => `no share after ${JSON.stringify(stream).slice(0, 2_000)}`);
    demand(this.#odd.length === 0, 'words', this.#odd.join());
  }

  async stop(): Promise<void> {
    await this.#miner.stop();
    this.#socket?.destroy();
    this.#server.close();
  }

  #newMiner(): ZcashMiner | TrueMiner {
    const { port } = this.#server.address() as AddressInfo;
    const options = {
      url: { host: '127.0.0.1', port, worker: 'alice.cpu', password: 'x' },
      threads: 1,
      agent: 'test-miner',
    };
    const onEvent = (event: MinerEvent) => {
      const texts = Object.values(event).filter((value) => typeof value === 'string');
      if (this.#odd.length < 5) this.#odd.push(...texts.filter((text) => /[\p{C}\p{Zl}\p{Zp}]/u.test(text)));
    };
    const modules = { onEvent, random: () => 0 };
    const miner =
      this.#kind === 'zcash'
        ? new ZcashMiner({ ...options, equihash: SMALL }, modules)
        : new TrueMiner(options, modules);
    miner.run().catch((error: unknown) => {
      // A pool may refuse the worker: then the miner ends, and the test starts another one.
      if ((error as { code?: unknown }).code === 'ADIT_REFUSED') this.#miner = this.#newMiner();
      else this.#odd.push(String(error));
    });
    return miner;
  }

  #onConnection(socket: Socket): void {
    this.connections += 1;
    this.#socket = socket;
    socket.on('error', () => {});
    const splitter = new LineSplitter(CLIENT_LINE_LIMIT);
    socket.on('data', (chunk) => {
      for (const line of splitter.push(chunk).lines) this.#onLine(socket, Buffer.from(line).toString());
    });
  }

  #onLine(socket: Socket, line: string): void {
    const { id, method, params } = JSON.parse(line) as { id: unknown; method?: string; params?: unknown[] };
    if (method === undefined) return;
    const result = method === 'mining.subscribe' ? KINDS[this.#kind].subscribed : 'true';
    socket.write(`{"id":${JSON.stringify(id)},"result":${result},"error":null}\n`);
    if (method === 'mining.authorize' && this.#job !== 'none') this.#tell();
    if (method === 'mining.submit') this.#onShare(String(params?.[1]));
  }

  #tell(): void {
    const { target, job } = KINDS[this.#kind];
    this.#socket?.write(
      `\n{"id":null,"method":"none","params":[]}\n${fromText(target)}\n${fromText(job(this.#job))}\n`,
    );
  }

  async #write(stream: string, random: Random): Promise<void> {
    const bytes = Buffer.from(stream, 'latin1');
    const most = random.chance(2) ? bytes.length : 1 + random.below(300);
    for (let from = 0; from < bytes.length; ) {
      const to = from + 1 + random.below(most);
      this.#socket?.write(bytes.subarray(from, to));
      from = to;
      if (random.chance(4)) await new Promise((resolve) => setImmediate(resolve));
    }
  }
}
