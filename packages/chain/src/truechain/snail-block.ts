import {
  badField,
  readAddress,
  readData,
  readList,
  readNonce,
  readNumber,
  readQuantity,
  readRecord,
} from './wire.ts';

/** A fruit as a snail block lists it. */
export interface Fruit {
  /** The fast block that it covers. */
  readonly fastNumber: number;
  readonly hash: Uint8Array;
  readonly nonce: bigint;
  /** 0x and 40 lower-case digits. */
  readonly miner: string;
  readonly difficulty: bigint;
}

/** The fields of a snail block that this package needs. Hashes are 32 bytes. */
export interface SnailBlock {
  readonly number: number;
  readonly hash: Uint8Array;
  readonly parentHash: Uint8Array;
  readonly nonce: bigint;
  readonly mixHash: Uint8Array;
  readonly miner: string;
  readonly difficulty: bigint;
  /** Seconds since 1970. */
  readonly timestamp: number;
  /** First and last fast block covered; 0 for a block without fruits. */
  readonly beginFruitNumber: number;
  readonly endFruitNumber: number;
  /** Empty unless the request asked for them in full. */
  readonly fruits: readonly Fruit[];
}

/** Far above the 600 that consensus allows, so that it only bounds what is read. */
const MAX_FRUITS = 2_000;

/** Reads etrue_getSnailBlockByNumber's answer. @throws AditError `ADIT_BAD_FIELD` */
export function readSnailBlock(answer: unknown): SnailBlock {
  const block = readRecord(answer, 'block');
  return {
    number: readNumber(block['number'], 'block.number'),
    hash: readData(block['hash'], 32, 'block.hash'),
    parentHash: readData(block['parentHash'], 32, 'block.parentHash'),
    nonce: readNonce(block['nonce'], 'block.nonce'),
    mixHash: readData(block['mixHash'], 32, 'block.mixHash'),
    miner: readAddress(block['miner'], 'block.miner'),
    difficulty: readQuantity(block['difficulty'], 'block.difficulty'),
    timestamp: readNumber(block['timestamp'], 'block.timestamp'),
    beginFruitNumber: optionalNumber(block['beginFruitNumber'], 'block.beginFruitNumber'),
    endFruitNumber: optionalNumber(block['endFruitNumber'], 'block.endFruitNumber'),
    fruits: readFruits(block['fruits']),
  };
}

function readFruits(value: unknown): readonly Fruit[] {
  if (value === undefined || value === null) return [];
  const list = readList(value, MAX_FRUITS, 'block.fruits');
  // Without `fullFruits` the node lists hashes only.
  if (list.every((item) => typeof item === 'string')) return [];
  return list.map((item, index) => {
    const field = `block.fruits[${index}]`;
    const fruit = readRecord(item, field);
    return {
      fastNumber: readNumber(fruit['number'], `${field}.number`),
      hash: readData(fruit['hash'], 32, `${field}.hash`),
      nonce: readNonce(fruit['nonce'], `${field}.nonce`),
      miner: readAddress(fruit['miner'], `${field}.miner`),
      difficulty: readQuantity(fruit['difficulty'], `${field}.difficulty`),
    };
  });
}

function optionalNumber(value: unknown, field: string): number {
  if (value === undefined || value === null) return 0;
  // Some versions of getrue write these two as bare numbers, others as quantities.
  if (typeof value !== 'number') return readNumber(value, field);
  if (!Number.isSafeInteger(value) || value < 0) throw badField(field, 'an integer of at least 0');
  return value;
}
