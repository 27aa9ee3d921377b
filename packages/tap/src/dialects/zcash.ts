import { displayDifficulty, readUint32LE, tryDecodeHex, weightOfTarget } from '@adit/primitives';
import { beginsWithHost } from '@adit/wire';
import { cleanWord, ends, generic, hex, target, text } from '../describe/values.ts';
import { type SpokenDialect, subscribeResult } from './spoken-dialect.ts';

/** Target of difficulty 1 on Zcash's main chain (its powLimit). */
const MAINNET_LIMIT = (1n << 243n) - 1n;

/** The dialect of ZIP 301. */
export const ZCASH_SPOKEN: SpokenDialect = {
  recognises: (message) => {
    // The answer to mining.subscribe is [session, nonce1].
    if (message.kind === 'response') {
      const result = subscribeResult(message);
      return result !== undefined && !Array.isArray(result[0]) && result.length === 2;
    }
    if (message.kind === 'fault') return false;
    const { method, params } = message;
    switch (method) {
      case 'mining.set_target':
      case 'mining.set_extranonce':
      case 'mining.suggest_target':
        return true;
      case 'mining.notify':
        return params.length >= 8;
      case 'mining.submit':
        return params.length >= 5;
      default:
        return false;
    }
  },
  describeParams: (method, params) => {
    switch (method) {
      case 'mining.subscribe':
        return subscribe(params);
      case 'mining.set_target':
      case 'mining.suggest_target':
        return target(params[0], 32, workOf);
      case 'mining.set_extranonce':
        return ` nonce1 ${text(params[0])}`;
      case 'mining.notify':
        return notify(params);
      case 'mining.submit':
        return submit(params);
      default:
        return undefined;
    }
  },
  describeResult: (method, [session, nonce1]) =>
    method === 'mining.subscribe' ? `: session ${text(session)} nonce1 ${text(nonce1)}` : undefined,
};

/** The names of the parameters as ZIP 301 has them, and as old miners send them, who put the host first. */
const AGENT_FIRST = ['agent', 'session', 'host', 'port'];
const HOST_FIRST = ['host', 'port', 'agent', 'session'];

function subscribe(params: readonly unknown[]): string {
  const hostFirst = beginsWithHost(params);
  if (params.length !== 4 && !(hostFirst && params.length === 3)) return ` ${generic(params)}`;
  const names = hostFirst ? HOST_FIRST : AGENT_FIRST;
  return params.map((param, i) => ` ${names[i]} ${text(param)}`).join('');
}

function notify(params: readonly unknown[]): string {
  const [id, version, prevHash, merkleRoot, reserved, ntime, bits, clean, ...extras] = params;
  const odd = version === '04000000' ? '' : ` version ${hex(version)}`;
  const more = extras.length === 0 ? '' : ` extras ${generic(extras)}`;
  return ` job ${text(id)}${odd} prevhash ${hex(prevHash)} merkleroot ${hex(merkleRoot)} reserved ${hex(reserved)} time ${time(ntime)} bits ${bigEndian(bits)} ${cleanWord(clean)}${more}`;
}

function submit([worker, job, ntime, nonce2, proof]: readonly unknown[]): string {
  return ` worker ${text(worker)} job ${text(job)} time ${time(ntime)} nonce2 ${ends(nonce2)} solution ${solution(proof)}`;
}

function workOf(value: bigint): string {
  const difficulty = Number(displayDifficulty(MAINNET_LIMIT, value).toPrecision(4));
  return `one solution in ${weightOfTarget(value)}, difficulty ${difficulty} of the main chain`;
}

function time(value: unknown): string {
  const bytes = tryDecodeHex(value, 4);
  return bytes === undefined
    ? generic(value)
    : new Date(readUint32LE(bytes) * 1000).toISOString().replace('.000Z', 'Z');
}

/** Compact bits are little-endian on the wire and big-endian in every explorer. */
function bigEndian(value: unknown): string {
  const bytes = tryDecodeHex(value, 4);
  return bytes === undefined ? generic(value) : readUint32LE(bytes).toString(16).padStart(8, '0');
}

function solution(value: unknown): string {
  const bytes = tryDecodeHex(value);
  return bytes === undefined ? `${generic(value)} (not hex)` : `${hex(value)} (${bytes.length} bytes)`;
}
