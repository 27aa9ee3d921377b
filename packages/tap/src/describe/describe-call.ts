import type { Dialect } from '@adit/stratum';
import { LEFT_OUT, type Notice, type Reply } from '@adit/wire';
import { spokenIn } from '../dialects/spoken-dialects.ts';
import { generic, text } from './values.ts';

/** The parameters of a call for people, beginning with a space; undefined for an unknown method. */
export function describeParams(call: Notice, dialect: Dialect | undefined): string | undefined {
  const { method, params } = call;
  return spokenIn(call, dialect).describeParams(method, params) ?? paramsOfAll(method, params);
}

/** The result of a successful request for people, beginning with a colon; empty for `true`. */
export function describeResult(
  method: string | undefined,
  reply: Reply,
  dialect: Dialect | undefined,
): string {
  const { result } = reply;
  if (result === true) return '';
  const own =
    method === undefined || !Array.isArray(result)
      ? undefined
      : spokenIn(reply, dialect).describeResult(method, result);
  return own ?? `: ${generic(result)}`;
}

/** The methods that all dialects have alike. */
function paramsOfAll(method: string, params: readonly unknown[]): string | undefined {
  const [first, second, third] = params;
  switch (method) {
    case 'mining.authorize':
      return ` worker ${text(first)}${second === undefined ? '' : ` password ${LEFT_OUT}`}`;
    case 'client.show_message':
      return ` ${text(first)}`;
    case 'client.reconnect':
      if (params.length === 0) return ' to the same address';
      return ` to ${text(first)}:${text(second)} in ${text(third)} s`;
    case 'client.get_version':
    case 'mining.extranonce.subscribe':
    case 'mining.multi_version':
    case 'mining.configure':
    case 'mining.get_transactions':
    case 'mining.suggest_difficulty':
      return params.length === 0 ? '' : ` ${generic(params)}`;
    default:
      return undefined;
  }
}
