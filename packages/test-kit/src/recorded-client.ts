import { equihashSizes } from '@adit/pow';
import { decodeHex, readUint32LE } from '@adit/primitives';
import { type Dialect, TrueStratumClientSession, ZcashClientSession } from '@adit/stratum';
import { SMALL } from './pools.ts';
import { paramsOf, type RecordedLine } from './recorded-lines.ts';

/** A client session that is who the recorded miner was. */
export type RecordedClient = {
  readonly session: ZcashClientSession | TrueStratumClientSession;
  /** Submits what a recorded `mining.submit` says. */
  readonly submit: (
    params: readonly unknown[],
  ) => ReturnType<ZcashClientSession['line']> | ReturnType<TrueStratumClientSession['line']>;
};

/** What every miner says of itself. */
interface Hello {
  readonly agent: string;
  readonly worker: string;
  readonly password: string;
}

/** How the client of each dialect is made. A dialect without an entry does not compile. */
const CLIENTS: Readonly<Record<Dialect, (hello: Hello, lines: readonly RecordedLine[]) => RecordedClient>> = {
  zcash: zcashClient,
  truestratum: trueClient,
};

/** @param dialect of the recording; where it is not known, its lines are read as ZIP 301 has them */
export function clientOf(dialect: Dialect | null, lines: readonly RecordedLine[]): RecordedClient {
  const [agent] = paramsOf(lines, 'mining.subscribe');
  const [worker, password] = paramsOf(lines, 'mining.authorize');
  const hello = { agent: String(agent), worker: String(worker), password: String(password) };
  return CLIENTS[dialect ?? 'zcash'](hello, lines);
}

function trueClient(hello: Hello): RecordedClient {
  let token = 0;
  const session = new TrueStratumClientSession(hello);
  const submit = ([, jobId, nonce]: readonly unknown[]) => {
    token += 1;
    return session.submit({ jobId: String(jobId), nonce: BigInt(String(nonce)) }, token);
  };
  return { session, submit };
}

function zcashClient(hello: Hello, lines: readonly RecordedLine[]): RecordedClient {
  const [, second, host, port] = paramsOf(lines, 'mining.subscribe');
  let token = 0;
  const { prefix } = equihashSizes(SMALL.equihash);
  const session = new ZcashClientSession({
    ...hello,
    host: String(host),
    port: Number(port),
    sessionId: typeof second === 'string' ? second : null,
    solutionPrefix: prefix,
    extranonceSubscribe: lines.some(({ text }) => text.includes('mining.extranonce.subscribe')),
  });
  const nonce1 = lines.flatMap(({ asked, message }) =>
    asked === 'mining.subscribe' && message.kind === 'response' && Array.isArray(message.result)
      ? [String(message.result[1])]
      : [],
  );
  const submit = ([, jobId, time, nonce2, solution]: readonly unknown[]) => {
    token += 1;
    return session.submit(
      {
        jobId: String(jobId),
        time: readUint32LE(decodeHex(time, 4, 'time')),
        nonce: decodeHex(`${nonce1[0]}${nonce2}`, 32, 'nonce'),
        solution: decodeHex(solution, undefined, 'solution').subarray(prefix.length),
      },
      token,
    );
  };
  return { session, submit };
}
