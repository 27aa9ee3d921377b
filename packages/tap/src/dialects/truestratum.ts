import { weightOfEitherHalf } from '@adit/primitives';
import { parseNonce } from '@adit/stratum';
import { cleanWord, generic, hex, target, text } from '../describe/values.ts';
import { type SpokenDialect, subscribeResult } from './spoken-dialect.ts';

/** The dialect of the TrueStratum document. */
export const TRUESTRATUM_SPOKEN: SpokenDialect = {
  recognises: (message) => {
    // The answer to mining.subscribe is [[name, session, version], nonce1, size].
    if (message.kind === 'response') {
      const names = subscribeResult(message)?.[0];
      return Array.isArray(names) && names.length === 3;
    }
    if (message.kind === 'fault') return false;
    const { method, params } = message;
    switch (method) {
      case 'mining.subscribe':
        return params.some((param) => typeof param === 'string' && param.startsWith('TrueStratum/'));
      case 'mining.seedhash':
        return true;
      case 'mining.set_difficulty':
        // In other dialects it carries a number.
        return typeof params[0] === 'string';
      case 'mining.notify':
        return params.length === 4;
      case 'mining.submit':
        return params.length === 3;
      default:
        return false;
    }
  },
  describeParams: (method, params) => {
    const [first, second, third, fourth] = params;
    switch (method) {
      case 'mining.subscribe':
        return ` agent ${text(first)} speaks ${text(second)}${third === undefined ? '' : ` session ${text(third)}`}`;
      case 'mining.set_difficulty':
        return target(first, 16, (value) => `one hash in ${weightOfEitherHalf(value)}`);
      case 'mining.notify':
        return ` job ${text(first)} dataset ${hex(second)} header ${hex(third)} ${cleanWord(fourth)}`;
      case 'mining.submit':
        return ` worker ${text(first)} job ${text(second)} nonce ${nonce(third)}`;
      case 'mining.seedhash':
        return ` worker ${text(first)} job ${text(second)}`;
      default:
        return undefined;
    }
  },
  describeResult: (method, [first, second, third]) => {
    switch (method) {
      case 'mining.subscribe': {
        const [, session, version] = Array.isArray(first) ? (first as readonly unknown[]) : [];
        return `: session ${text(session)} nonce1 ${text(second)} size of nonce2 ${text(third)} (${text(version)})`;
      }
      case 'mining.seedhash':
        return `: ${Array.isArray(first) ? first.length : 'no'} seeds of dataset ${hex(second)}`;
      default:
        return undefined;
    }
  },
};

function nonce(value: unknown): string {
  const number = parseNonce(value);
  return typeof number === 'string' ? `${generic(value)} (${number})` : number.toString();
}
