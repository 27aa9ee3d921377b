import type { Message } from '@adit/stratum';
import { trueStratumSubscribe, zcashSubscribe } from './describe-subscribe.ts';

/** What the tap, which only listens, needs to know of one way to speak Stratum. */
export interface SpokenDialect {
  /** Whether a message can only be one of this dialect. */
  recognises(message: Message): boolean;
  /** The parameters of `mining.subscribe` for people, beginning with a space. */
  describeSubscribe(params: readonly unknown[]): string;
}

export const ZCASH_SPOKEN: SpokenDialect = {
  recognises: (message) => {
    // Its answer to mining.subscribe is [session, nonce1].
    if (message.kind === 'response') {
      const { result } = message;
      return isSubscribeResult(result) && !Array.isArray(result[0]) && result.length === 2;
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
  describeSubscribe: zcashSubscribe,
};

export const TRUESTRATUM_SPOKEN: SpokenDialect = {
  recognises: (message) => {
    // Its answer to mining.subscribe is [[name, session, version], nonce1, size].
    if (message.kind === 'response') {
      const { result } = message;
      return isSubscribeResult(result) && Array.isArray(result[0]) && result[0].length === 3;
    }
    if (message.kind === 'fault') return false;
    const { method, params } = message;
    switch (method) {
      case 'mining.subscribe':
        return params.some((param) => typeof param === 'string' && param.startsWith('TrueStratum/'));
      case 'mining.seedhash':
        return true;
      case 'mining.notify':
        return params.length === 4;
      case 'mining.submit':
        return params.length === 3;
      default:
        return false;
    }
  },
  describeSubscribe: trueStratumSubscribe,
};

function isSubscribeResult(result: unknown): result is readonly unknown[] {
  return Array.isArray(result) && typeof result[1] === 'string';
}
