import {
  groupKey,
  type JournaledShare,
  type JournalTail,
  type KnownShares,
  type LighterShare,
  mergedRows,
  NO_MARK,
  type ShareKey,
  type SharePlace,
  shareKey,
  type TailLook,
} from '@adit/journal';
import { encodeHex } from '@adit/primitives';
import type { StoredMark } from './journal-marks.ts';

/** A share that gets a number in this step. */
export interface TakenShare {
  readonly row: JournaledShare;
  /** The smallest weight with which it came so far. */
  weight: bigint;
  /** Smaller weights that came in this step or before the share: before, and after. */
  readonly lowered: Lowering[];
}

/** A smaller weight of a share. */
export interface Lowering {
  readonly before: bigint;
  readonly weight: bigint;
}

/** A smaller weight of a share that was numbered in an earlier step. */
export interface LateLowering extends Lowering {
  readonly network: string;
  /** Rows that have the share. One of them was numbered. */
  readonly places: readonly SharePlace[];
  /** Reads a row: a smaller weight is scored as the row was. */
  readonly rowAt: (place: SharePlace) => JournaledShare | undefined;
}

/** Rows that are not numbered. */
interface LeftOutRows {
  readonly instance: string;
  readonly first: number;
  readonly last: number;
  readonly because: 'duplicate' | 'refused' | 'weightless';
}

/** Something that a person should hear of. */
export type ShareAlarm =
  /** A share came with two weights. The smaller one counts. */
  | {
      readonly kind: 'two_weights';
      readonly network: string;
      readonly workGroup: string;
      /** Hex. */
      readonly digest: string;
      readonly counted: bigint;
      readonly came: bigint;
    }
  /** A journal ended before rows that were numbered: their miners were told that the shares are not kept. They count. */
  | {
      readonly kind: 'refused_counted';
      readonly instance: string;
      readonly end: number;
      readonly counted: number;
    }
  /** A smaller weight came after the share was paid for: what was credited stays. */
  | {
      readonly kind: 'weight_too_late';
      readonly chain: string;
      readonly number: number | null;
      readonly weight: bigint;
    };

/** What a step stores: in one transaction, or not at all. */
export interface SharePlan {
  /** In the order in which they are numbered. */
  readonly taken: readonly TakenShare[];
  readonly leftOut: readonly LeftOutRows[];
  readonly lowered: readonly LateLowering[];
  /** Marks that move, by instance. */
  readonly marks: ReadonlyMap<string, Pick<StoredMark, 'sequence' | 'lighterId' | 'newestMs'>>;
  readonly alarms: readonly ShareAlarm[];
  /** True if the step ended because it was full. */
  readonly isFull: boolean;
}

export interface SharePlanOptions {
  /** Rows of this time and later are left for another step. */
  readonly beforeMs: number;
  /** At most this many rows are taken. */
  readonly maxRows: number;
}

export interface SharePlanModules {
  readonly tail: Pick<JournalTail, 'rows' | 'lighter' | 'placesOf'>;
  readonly known: KnownShares;
}

/** Smaller weights of one journal that a step takes. They are rare: each is an alarm. */
const MAX_LIGHTER = 1_000;

/**
 * Reads what the next step takes. It changes nothing but `known`, which the caller makes forget if the step is not stored.
 * @throws AditError `ADIT_JOURNAL_MISSING`, `ADIT_JOURNAL_UNREADABLE`
 */
export function planShares(
  { beforeMs, maxRows }: SharePlanOptions,
  look: TailLook,
  stored: ReadonlyMap<string, StoredMark>,
  { tail, known }: SharePlanModules,
): SharePlan {
  const taken: TakenShare[] = [];
  const leftOut: LeftOutRows[] = [];
  const lowered: LateLowering[] = [];
  const alarms: ShareAlarm[] = [];
  const marks = new Map<string, { sequence: number; lighterId: number; newestMs: number }>();
  const markOf = (instance: string) => {
    const known = marks.get(instance);
    if (known !== undefined) return known;
    const { sequence, lighterId } = stored.get(instance) ?? NO_MARK;
    const mark = { sequence, lighterId, newestMs: stored.get(instance)?.newestMs ?? 0 };
    marks.set(instance, mark);
    return mark;
  };
  const fresh = new FreshShares(taken);
  /** A share came with another weight than the one with which it counts. */
  const compare = (share: ShareKey & { weight: bigint }, before: bigint) => {
    const { network, workGroup, digest, weight } = share;
    if (weight === before) return;
    alarms.push({
      kind: 'two_weights',
      network,
      workGroup,
      digest: encodeHex(digest),
      counted: weight < before ? weight : before,
      came: weight < before ? before : weight,
    });
    if (weight > before) return;
    const mine = fresh.find(share);
    if (mine !== undefined) {
      mine.lowered.push({ before: mine.weight, weight });
      mine.weight = weight;
      return;
    }
    const places = tail
      .placesOf(share)
      .filter(({ instance, sequence }) => sequence <= (stored.get(instance) ?? NO_MARK).sequence);
    const rowAt = ({ instance, sequence }: SharePlace) => tail.rows(instance, sequence - 1, 1)[0];
    lowered.push({ network, before, weight, places, rowAt });
  };

  let rows = 0;
  let isFull = false;
  for (const row of mergedRows(tail, look, stored, beforeMs)) {
    if (rows === maxRows) {
      isFull = true;
      break;
    }
    rows += 1;
    const { instance, sequence, timeMs } = row;
    const mark = markOf(instance);
    mark.sequence = sequence;
    mark.newestMs = Math.max(mark.newestMs, timeMs);
    const leave = (because: LeftOutRows['because']) =>
      leftOut.push({ instance, first: sequence, last: sequence, because });
    if (row.weight <= 0n) {
      leave('weightless');
      continue;
    }
    const found = known.take(row);
    if (found.kind === 'new') {
      const { weight } = found;
      taken.push({
        row,
        weight,
        lowered: weight < row.weight ? [{ before: row.weight, weight }] : [],
      });
      fresh.added();
    } else {
      leave('duplicate');
      compare(row, found.weight);
    }
  }
  for (const journal of look.journals.values()) {
    const { instance, end, lastSequence, lastLighterId } = journal;
    const mark = stored.get(instance) ?? NO_MARK;
    if (mark.isGone) continue;
    const lighter = lastLighterId > mark.lighterId ? tail.lighter(instance, mark.lighterId, MAX_LIGHTER) : [];
    for (const share of settled(lighter, beforeMs)) {
      markOf(instance).lighterId = share.id;
      const before = known.lighten(share);
      if (before !== undefined) compare(share, before);
    }
    if (lighter.length === MAX_LIGHTER) isFull = true;
    if (end !== undefined && lastSequence > end) {
      leftOut.push({ instance, first: end + 1, last: lastSequence, because: 'refused' });
      if (mark.sequence > end)
        alarms.push({ kind: 'refused_counted', instance, end, counted: mark.sequence - end });
    }
  }
  return { taken, leftOut, lowered, marks, alarms, isFull };
}

/** Finds shares of this step. Hardly any is looked for, so the index is made when the first one is. */
class FreshShares {
  readonly #taken: readonly TakenShare[];
  #index: Map<string, TakenShare> | undefined;

  constructor(taken: readonly TakenShare[]) {
    this.#taken = taken;
  }

  /** A share was added behind the others. */
  added(): void {
    const newest = this.#taken.at(-1);
    if (newest !== undefined) this.#index?.set(keyOf(newest.row), newest);
  }

  find(share: ShareKey): TakenShare | undefined {
    this.#index ??= new Map(this.#taken.map((one) => [keyOf(one.row), one]));
    return this.#index.get(keyOf(share));
  }
}

function keyOf(share: ShareKey): string {
  return `${groupKey(share)} ${shareKey(share.digest)}`;
}

/** Those before a time, up to the first one that is not. */
function settled(shares: readonly LighterShare[], beforeMs: number): readonly LighterShare[] {
  const end = shares.findIndex(({ timeMs }) => timeMs >= beforeMs);
  return end < 0 ? shares : shares.slice(0, end);
}
