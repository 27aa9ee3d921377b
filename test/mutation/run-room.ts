import type { Plant, Room } from './rooms.ts';
import type { RoomResult } from './score.ts';
import { dryRun, mutate } from './stryker.ts';
import { WorkingCopy } from './working-copy.ts';

export interface RunOptions {
  readonly checkout: string;
  readonly concurrency: number;
  /** Paths of the sources to mutate; an empty list means all sources of the room. */
  readonly only?: readonly string[];
  readonly log: (text: string) => void;
  readonly signal?: AbortSignal;
}

/**
 * Proves that a planted mutant dies in the room, then tests all mutants of the room. It works on a copy, which it deletes.
 * @throws if the planted mutant lives: then a score means nothing
 */
export async function runRoom(room: Room, options: RunOptions): Promise<RoomResult> {
  const copy = new WorkingCopy(options.checkout);
  const remove = () => copy.remove();
  process.on('exit', remove);
  try {
    const tests = copy.files(room.tests, room.withoutTests);
    const sources = copy
      .files(room.sources)
      .filter(
        (file) => options.only === undefined || options.only.length === 0 || options.only.includes(file),
      );
    if (tests.length === 0) throw new Error(`${room.name} has no test files`);
    if (sources.length === 0) throw new Error(`${room.name} has no such source file`);
    const { concurrency, log, signal } = options;
    const common = { copy, tests, concurrency, log, ...(signal === undefined ? {} : { signal }) };
    const sound = copy.read(room.plant.file);
    copy.write(room.plant.file, planted(sound, room.plant));
    // Its output is dropped: it complains about the failure that the test wants.
    const outcome = await dryRun({ ...common, mutate: [room.plant.file], log: () => {} });
    copy.write(room.plant.file, sound);
    if (outcome !== 'failed') {
      throw new Error(
        `the mutant planted in ${room.plant.file} lives: the tests of ${room.name} do not run against what is mutated`,
      );
    }
    log(`the planted mutant of ${room.name} died\n`);
    // This first runs the same tests on the unchanged source, and they must pass.
    return { room: room.name, mutants: await mutate({ ...common, mutate: sources }) };
  } finally {
    copy.remove();
    process.off('exit', remove);
  }
}

function planted(text: string, { file, from, to }: Plant): string {
  const pieces = text.split(from);
  if (pieces.length !== 2) {
    throw new Error(`${file} must hold ${JSON.stringify(from)} once, for the planted mutant: see rooms.ts`);
  }
  return pieces.join(to);
}
