import {
  displayDifficulty,
  readUint32LE,
  targetFromHex,
  tryDecodeHex,
  weightOfEitherHalf,
  weightOfTarget,
} from '@adit/primitives';
import { parseNonce } from '@adit/stratum';
import { spokenDialect } from '../dialects.ts';
import type { Dialect } from '../wire/dialect.ts';
import { LEFT_OUT } from '../wire/redact.ts';
import { generic, text } from './describe-values.ts';

/** Target of difficulty 1 on Zcash's main chain (its powLimit). */
const MAINNET_LIMIT = (1n << 243n) - 1n;
/** Hex digits that are shown of a hash: enough to recognise it. */
const SHORT_HEX = 16;

/** The parameters of a message for people, beginning with a space; undefined for an unknown method. */
export function describeParams(
  method: string,
  params: readonly unknown[],
  dialect: Dialect | undefined,
): string | undefined {
  const [a, b, c, d, e] = params;
  switch (method) {
    case 'mining.subscribe':
      return spokenDialect(dialect).describeSubscribe(params);
    case 'mining.authorize':
      return ` worker ${text(a)}${b === undefined ? '' : ` password ${LEFT_OUT}`}`;
    case 'mining.set_target':
    case 'mining.suggest_target':
      return target(a, 32);
    case 'mining.set_difficulty':
      return target(a, 16);
    case 'mining.set_extranonce':
      return ` nonce1 ${text(a)}`;
    case 'mining.notify':
      return params.length < 8 ? trueStratumNotify(params) : zcashNotify(params);
    case 'mining.submit':
      if (params.length <= 3) return ` worker ${text(a)} job ${text(b)} nonce ${nonce(c)}`;
      return ` worker ${text(a)} job ${text(b)} time ${time(c)} nonce2 ${ends(d)} solution ${solution(e)}`;
    case 'mining.seedhash':
      return ` worker ${text(a)} job ${text(b)}`;
    case 'client.show_message':
      return ` ${text(a)}`;
    case 'client.reconnect':
      return params.length === 0 ? ' to the same address' : ` to ${text(a)}:${text(b)} in ${text(c)} s`;
    case 'client.get_version':
    case 'mining.extranonce.subscribe':
    case 'mining.multi_version':
    case 'mining.configure':
    case 'mining.get_transactions':
      return params.length === 0 ? '' : ` ${generic(params)}`;
    default:
      return undefined;
  }
}

/** The result of a successful request for people, beginning with a colon; empty for `true`. */
export function describeResult(method: string | undefined, result: unknown): string {
  if (result === true) return '';
  if (method === 'mining.subscribe' && Array.isArray(result)) {
    const [first, nonce1, size] = result as readonly unknown[];
    return Array.isArray(first)
      ? `: session ${text(first[1])} nonce1 ${text(nonce1)} size of nonce2 ${text(size)} (${text(first[2])})`
      : `: session ${text(first)} nonce1 ${text(nonce1)}`;
  }
  if (method === 'mining.seedhash' && Array.isArray(result)) {
    const [list, hash] = result as readonly unknown[];
    return `: ${Array.isArray(list) ? list.length : 'no'} seeds of dataset ${hex(hash)}`;
  }
  return `: ${generic(result)}`;
}

function zcashNotify(params: readonly unknown[]): string {
  const [id, version, prevHash, merkleRoot, reserved, ntime, bits, clean, ...extras] = params;
  const odd = version === '04000000' ? '' : ` version ${hex(version)}`;
  const more = extras.length === 0 ? '' : ` extras ${generic(extras)}`;
  return ` job ${text(id)}${odd} prevhash ${hex(prevHash)} merkleroot ${hex(merkleRoot)} reserved ${hex(reserved)} time ${time(ntime)} bits ${bigEndian(bits)} ${cleanWord(clean)}${more}`;
}

function trueStratumNotify([id, seedHash, headerHash, clean]: readonly unknown[]): string {
  return ` job ${text(id)} dataset ${hex(seedHash)} header ${hex(headerHash)} ${cleanWord(clean)}`;
}

function cleanWord(clean: unknown): string {
  if (clean === true) return 'clean';
  return clean === false ? 'older jobs stay' : `clean_jobs ${generic(clean)}`;
}

/** A target as the work that it asks for. @param bytes 32 in the Zcash dialect, 16 in TrueStratum */
function target(value: unknown, bytes: 16 | 32): string {
  const number = targetFromHex(value, bytes);
  if (number === undefined) return ` ${generic(value)} (not a target of ${2 * bytes} hex digits)`;
  const digits = String(value).slice(0, SHORT_HEX);
  if (number === 0n) return ` target ${digits}.. (nothing meets it)`;
  if (bytes === 16) return ` target ${digits}.. (one hash in ${weightOfEitherHalf(number)})`;
  const difficulty = Number(displayDifficulty(MAINNET_LIMIT, number).toPrecision(4));
  return ` target ${digits}.. (one solution in ${weightOfTarget(number)}, difficulty ${difficulty} of the main chain)`;
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

function nonce(value: unknown): string {
  const number = parseNonce(value);
  return typeof number === 'string' ? `${generic(value)} (${number})` : number.toString();
}

function solution(value: unknown): string {
  const bytes = tryDecodeHex(value);
  return bytes === undefined ? `${generic(value)} (not hex)` : `${hex(value)} (${bytes.length} bytes)`;
}

/** The beginning of a hash or a long number in hex; other values as they are. */
function hex(value: unknown): string {
  if (typeof value !== 'string' || !/^[0-9a-fA-F]+$/.test(value)) return generic(value);
  return value.length > SHORT_HEX + 2 ? `${value.slice(0, SHORT_HEX)}..` : value;
}

/** Both ends of a nonce, because miners count at one of them. */
function ends(value: unknown): string {
  if (typeof value !== 'string' || !/^[0-9a-fA-F]{20,}$/.test(value)) return hex(value);
  return `${value.slice(0, 8)}..${value.slice(-8)}`;
}
