import { equihashSizes } from '@adit/pow';
import { decodeHex, readUint32LE } from '@adit/primitives';
import { TrueStratumClientSession, ZcashClientSession } from '@adit/stratum';
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

export function clientOf(dialect: string | null, lines: readonly RecordedLine[]): RecordedClient {
  const [agent, second, host, port] = paramsOf(lines, 'mining.subscribe');
  const [worker, password] = paramsOf(lines, 'mining.authorize');
  const common = { agent: String(agent), worker: String(worker), password: String(password) };
  let token = 0;
  if (dialect === 'truestratum') {
    const session = new TrueStratumClientSession(common);
    const submit = ([, jobId, nonce]: readonly unknown[]) => {
      token += 1;
      return session.submit({ jobId: String(jobId), nonce: BigInt(String(nonce)) }, token);
    };
    return { session, submit };
  }
  const { prefix } = equihashSizes(SMALL.equihash);
  const session = new ZcashClientSession({
    ...common,
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
