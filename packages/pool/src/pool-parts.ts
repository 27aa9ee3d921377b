import path from 'node:path';
import {
  makeDataFolder,
  makePrivateFile,
  OWNER_ONLY,
  readableBy,
  reasonFor,
  ShareJournal,
  type WeightAlarm,
} from '@adit/journal';
import { VerifierPool } from '@adit/pow/threads';
import { AditError } from '@adit/primitives';
import { BlockOwner } from './blocks/block-owner.ts';
import type { Candidate } from './blocks/candidate.ts';
import { CandidateStore } from './blocks/candidate-store.ts';
import type { ChainBase } from './chains/chain-family.ts';
import { BanList } from './conduct/ban-list.ts';
import type { OnPoolEvent } from './events.ts';
import type { LostNonces } from './nonce1/allocator.ts';
import { Nonce1Keeper } from './nonce1/keeper.ts';
import { neverBanned, type PoolOptions } from './pool-options.ts';
import { behind, type OnProblem } from './problem.ts';

/** The files and threads that a pool opens and has to close. */
export interface PoolParts {
  readonly journal: ShareJournal;
  readonly nonce1: Nonce1Keeper;
  readonly bans: BanList;
  readonly verifier: VerifierPool;
  readonly candidates: CandidateStore;
  /** This process as the owner of found blocks. */
  readonly owner: BlockOwner;
  /** Found blocks of processes on this data folder that have ended. Never throws. */
  readonly unfinished: () => Promise<readonly Candidate[]>;
}

export interface PoolPartsModules {
  /** Wall clock in milliseconds. */
  readonly now: () => number;
  readonly onEvent: OnPoolEvent;
  readonly onProblem: OnProblem;
  /** See `Nonce1Keeper`. */
  readonly onLostNonces: (values: LostNonces) => void;
}

/** Half a second of work for one thread, at 8,000 verifications a second. */
const MAX_QUEUED = 4096;
/** Least places for each thread. Those of its two batches of 32 are fixed, and as many must remain to be shared. */
const LEAST_QUEUED = 128;
/** Places in the verifier beyond that, for shares whose hash already shows that they are blocks. */
const ROOM_FOR_BLOCKS = 64;

/**
 * Opens the parts. If one fails, those before it are closed, so that no thread stays behind.
 * @param networks the network of each chain by the chain's name: journals of version 1 have only these names
 * @throws AditError `ADIT_DATA_FOLDER` where the data folder cannot be written, and the errors of the parts
 */
export function openPoolParts(
  options: PoolOptions<ChainBase>,
  networks: Readonly<Record<string, string>>,
  modules: PoolPartsModules,
): PoolParts {
  const opened: { close(): unknown }[] = [];
  const keep = <Part extends { close(): unknown }>(part: Part): Part => {
    opened.push(part);
    return part;
  };
  try {
    const { onProblem, now } = modules;
    const { candidates, owner } = openFolder(options, onProblem);
    keep(owner);
    const journal = keep(openJournal(options, networks, modules));
    const { dataFolder, banLadderMs: ladderMs } = options;
    const nonce1 = keep(
      new Nonce1Keeper(
        { dataFolder, owner: journal.instance },
        { now, onProblem, onLost: modules.onLostNonces },
      ),
    );
    const bans = keep(
      new BanList(
        { dataFolder, allow: neverBanned(options), ...(ladderMs === undefined ? {} : { ladderMs }) },
        { now, onProblem: (detail) => onProblem({ cause: 'bans', detail }) },
      ),
    );
    const verifier = keep(openVerifier(options, modules));
    const unfinished = () => unfinishedOf(candidates, onProblem);
    return { candidates, owner, journal, nonce1, bans, verifier, unfinished };
  } catch (error) {
    for (const part of opened) void part.close();
    throw error;
  }
}

/** Never throws: a pool works even if the folder cannot be read, and the next look may succeed. */
async function unfinishedOf(
  candidates: CandidateStore,
  onProblem: PoolPartsModules['onProblem'],
): Promise<readonly Candidate[]> {
  try {
    return await candidates.unfinished((detail) => onProblem({ cause: 'block_unreadable', detail }));
  } catch (error) {
    onProblem({ cause: 'blocks_unreadable', ...behind(error) });
    return [];
  }
}

function openFolder(
  options: PoolOptions<ChainBase>,
  onProblem: PoolPartsModules['onProblem'],
): Pick<PoolParts, 'candidates' | 'owner'> {
  const { dataFolder } = options;
  const access = accessOf(options);
  try {
    for (const detail of makeDataFolder(dataFolder, access)) onProblem({ cause: 'data_folder', detail });
    // SQLite makes new files readable by all users, but keeps the mode of a file that exists.
    for (const name of ['leases.db', 'bans.db']) makePrivateFile(path.join(dataFolder, name), access);
    const owner = new BlockOwner(
      { dataFolder, access },
      { onProblem: (detail) => onProblem({ cause: 'block_owner', detail }) },
    );
    return { owner, candidates: new CandidateStore(dataFolder, access.fileMode, owner) };
  } catch (error) {
    const reason = `the data folder ${dataFolder} cannot be used: ${reasonFor(dataFolder, error)}`;
    throw new AditError('ADIT_DATA_FOLDER', reason, { cause: error });
  }
}

function openJournal(
  options: PoolOptions<ChainBase>,
  networks: Readonly<Record<string, string>>,
  { onEvent, onProblem }: PoolPartsModules,
): ShareJournal {
  return new ShareJournal(
    { dataFolder: options.dataFolder, access: accessOf(options), networks },
    {
      onAlarm: (alarm) => onProblem({ cause: 'two_weights', detail: wordsOf(alarm) }),
      onFaults: (faults) => {
        for (const detail of faults) onProblem({ cause: 'journal_file', detail });
      },
      onHealth: (problem, cause) => onEvent({ kind: 'journal', problem, cause }),
      onCommit: (shares, ms) => onEvent({ kind: 'committed', shares, ms }),
    },
  );
}

function openVerifier(
  { verifierThreads: threads, maxQueued = MAX_QUEUED }: PoolOptions<ChainBase>,
  { onEvent }: PoolPartsModules,
): VerifierPool {
  return new VerifierPool(
    { threads, maxQueued: Math.max(maxQueued, LEAST_QUEUED * threads), reservedForUrgent: ROOM_FOR_BLOCKS },
    {
      onWorkerLost: (problem) => onEvent({ kind: 'verifier', cause: 'thread_lost', problem }),
      onBatch: (batch) => onEvent({ kind: 'verified', ...batch }),
    },
  );
}

function accessOf({ groupId }: PoolOptions<ChainBase>) {
  return groupId === undefined ? OWNER_ONLY : readableBy(groupId);
}

function wordsOf({ network, digest, weights }: WeightAlarm): string {
  return `${digest} on ${network}: ${weights.join(' and ')}`;
}

/** Closes what `openPoolParts` opened; the journal first, which may still have shares to write. */
export async function closeParts({ journal, verifier, nonce1, bans, owner }: PoolParts): Promise<void> {
  owner.close();
  await journal.close();
  await verifier.close();
  await nonce1.close();
  await bans.close();
}
