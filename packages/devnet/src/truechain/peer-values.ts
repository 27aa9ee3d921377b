import { AditError, encodeHex, tryDecodeHex } from '@adit/primitives';
import type { DevnetFruit } from './fruit-pool.ts';
import type { PaidReward } from './reward-rules.ts';
import type { DevnetBlock } from './snail-chain.ts';
import { hashOfHeader, type SnailHeader } from './snail-header.ts';

/** A header as devnets exchange it: bytes in hex, large integers in decimal. */
type PeerHeader = Readonly<Record<keyof SnailHeader, string | number>>;

/** A fruit as devnets exchange it. Its hash follows from the header. */
export interface PeerFruit {
  readonly header: PeerHeader;
  readonly submitted: boolean;
}

/** A snail block as devnets exchange it. */
export interface PeerBlock extends PeerFruit {
  readonly fruits: readonly PeerFruit[];
}

/** A reward as devnets exchange it; the amounts follow from the block. */
export type PeerReward = Pick<PaidReward, 'snailNumber' | 'fastNumber' | 'time'>;

const BYTES = {
  parentHash: 32,
  coinbase: 20,
  pointerHash: 32,
  fruitsHash: 32,
  fastHash: 32,
  signHash: 32,
  mixDigest: 32,
  publicKey: undefined,
  extra: undefined,
} as const satisfies Partial<Record<keyof SnailHeader, number | undefined>>;

export function writeFruit({ header, origin }: DevnetFruit): PeerFruit {
  return { header: writeHeader(header), submitted: origin === 'submitted' };
}

export function writeBlock(block: DevnetBlock): PeerBlock {
  return { ...writeFruit(block), fruits: block.fruits.map(writeFruit) };
}

/** @throws AditError `ADIT_BAD_OPTION` */
export function readFruit({ header, submitted }: PeerFruit): DevnetFruit {
  const read = readHeader(header);
  return { header: read, hash: hashOfHeader(read), origin: submitted ? 'submitted' : 'elsewhere' };
}

/** @throws AditError `ADIT_BAD_OPTION` */
export function readBlock(block: PeerBlock): DevnetBlock {
  if (!Array.isArray(block.fruits)) throw bad('fruits');
  return { ...readFruit(block), fruits: block.fruits.map(readFruit) };
}

function writeHeader(header: SnailHeader): PeerHeader {
  const text = (value: SnailHeader[keyof SnailHeader]): string | number => {
    if (typeof value === 'number') return value;
    return typeof value === 'bigint' ? value.toString() : encodeHex(value);
  };
  return Object.fromEntries(Object.entries(header).map(([name, value]) => [name, text(value)])) as PeerHeader;
}

function readHeader(header: PeerHeader): SnailHeader {
  if (typeof header !== 'object' || header === null) throw bad('header');
  const bytes = (name: keyof typeof BYTES): Uint8Array => {
    const read = tryDecodeHex(header[name], BYTES[name]);
    if (read === undefined) throw bad(name);
    return read;
  };
  const whole = (name: keyof SnailHeader): number => {
    const value = header[name];
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw bad(name);
    return value;
  };
  const large = (name: keyof SnailHeader): bigint => {
    const value = header[name];
    if (typeof value !== 'string' || !/^\d{1,40}$/.test(value)) throw bad(name);
    return BigInt(value);
  };
  return {
    parentHash: bytes('parentHash'),
    coinbase: bytes('coinbase'),
    pointerHash: bytes('pointerHash'),
    pointerNumber: whole('pointerNumber'),
    fruitsHash: bytes('fruitsHash'),
    fastHash: bytes('fastHash'),
    fastNumber: whole('fastNumber'),
    signHash: bytes('signHash'),
    difficulty: large('difficulty'),
    fruitDifficulty: large('fruitDifficulty'),
    number: whole('number'),
    publicKey: bytes('publicKey'),
    time: whole('time'),
    extra: bytes('extra'),
    mixDigest: bytes('mixDigest'),
    nonce: large('nonce'),
  };
}

function bad(name: string): AditError {
  return new AditError('ADIT_BAD_OPTION', `a block of another devnet has a wrong field ${name}`);
}
