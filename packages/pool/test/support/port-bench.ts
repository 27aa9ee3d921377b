import type { TestContext } from 'node:test';
import { Census, CONNECTION_LIMITS, type Connection } from '@adit/net';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { BanList } from '../../src/conduct/ban-list.ts';
import { Conduct } from '../../src/conduct/conduct.ts';
import { CONDUCT_DEFAULTS } from '../../src/conduct/options.ts';
import type { PoolEvent } from '../../src/events.ts';
import { POOL_LIMITS } from '../../src/pool-limits.ts';
import type { ZcashPortOptions } from '../../src/ports/port-options.ts';
import type { ZcashEngine } from '../../src/zcash/engine.ts';
import { ZcashPort } from '../../src/zcash/port.ts';
import { banFileIn } from './ban-file-in.ts';
import { allocatorWith } from './leases.ts';

const OPTIONS: ZcashPortOptions = {
  name: 'bench',
  host: '127.0.0.1',
  port: 0,
  dialect: 'zcash',
  nonce1Bytes: 4,
  startWeight: 1n << 20n,
  minWeight: 1n,
  maxWeight: 1n << 60n,
  shareIntervalMs: 10_000,
  nonceLayout: 'leading',
  jobOnSubscribe: false,
  failedResult: null,
};

interface Message {
  readonly id?: unknown;
  readonly method?: string;
  readonly params?: readonly unknown[];
  readonly result?: unknown;
}

/** A miner without a socket: its lines go directly to and from the port. */
export interface BenchMiner {
  readonly heard: readonly Message[];
  say(method: string, params: readonly unknown[]): void;
  /** Sends a line as it is. */
  send(line: string): void;
  /** The parameters of the newest notification of this method. */
  last(method: string): readonly unknown[] | undefined;
}

/** A port whose clock the test moves, second by second. */
export interface PortBench {
  readonly port: ZcashPort;
  readonly events: readonly PoolEvent[];
  miner(): BenchMiner;
  /** Lets seconds pass. The port looks at each connection once in each second. */
  pass(seconds: number): void;
}

export async function portBench(
  context: TestContext,
  engine: ZcashEngine,
  options: Partial<ZcashPortOptions> = {},
): Promise<PortBench> {
  let now = 1_000_000;
  let ids = 0;
  context.mock.method(performance, 'now', () => now);
  const events: PoolEvent[] = [];
  const dataFolder = temporaryFolder(context);
  const bans = new BanList({ dataFolder, allow: [] }, { now: Date.now, file: banFileIn(dataFolder) });
  context.after(() => bans.close());
  const nonce1 = await allocatorWith(1024);
  const port = new ZcashPort({ ...OPTIONS, ...options }, POOL_LIMITS, {
    engine,
    census: new Census(CONNECTION_LIMITS),
    bans,
    conduct: new Conduct(CONDUCT_DEFAULTS, { bans, onEvent: (event) => events.push(event) }),
    onBanned: () => {},
    nonce1,
    liveSince: () => engine.liveSince,
    onEvent: (event) => events.push(event),
    nextId: () => {
      ids += 1;
      return ids;
    },
  });
  return {
    port,
    events,
    pass(seconds) {
      for (let second = 0; second < seconds; second += 1) {
        for (let tick = 0; tick < 20; tick += 1) {
          now += 50;
          port.tick(now);
        }
      }
    },
    miner() {
      const heard: Message[] = [];
      const connection = {
        remoteAddress: '127.0.0.1',
        open: true,
        send: (...data: (string | Uint8Array)[]) => {
          const text = data.map((part) => (typeof part === 'string' ? part : Buffer.from(part).toString()));
          for (const line of text.join('').split('\n')) if (line !== '') heard.push(JSON.parse(line));
        },
        close: () => {},
        pauseFor: () => {},
        prove: () => {},
        holdBack: () => {},
        goOn: () => {},
      };
      const handler = port.accept(connection as unknown as Connection);
      return {
        heard,
        say: (method, params) =>
          handler.line(Buffer.from(JSON.stringify({ id: heard.length, method, params }))),
        send: (line) => handler.line(Buffer.from(line)),
        last: (method) => heard.findLast((message) => message.method === method)?.params,
      };
    },
  };
}
