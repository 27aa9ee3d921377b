import { type SimulationOptions, TROUBLES, type Trouble } from './simulation-options.ts';
import { WORLDS, type World, type WorldName } from './worlds.ts';

/** A run that fails, made as small as it can be. */
export interface Shrunk {
  readonly options: SimulationOptions;
  readonly fault: string;
}

/** @returns what is wrong with a run; undefined if nothing is */
export async function faultOf(
  options: SimulationOptions,
  world: World = WORLDS.payouts,
): Promise<string | undefined> {
  try {
    await world(options);
    return undefined;
  } catch (error) {
    return error instanceof Error ? `${error.constructor.name}: ${error.message}` : String(error);
  }
}

/**
 * Makes a failing run smaller: it leaves out each kind of trouble, then steps from the end, as long as it still fails. Another fault
 * than the first one counts too: each of them is one.
 * @throws Error for a run that does not fail
 */
export async function shrink(options: SimulationOptions, world: World = WORLDS.payouts): Promise<Shrunk> {
  let fault = await faultOf(options, world);
  if (fault === undefined) throw new Error(`seed ${options.seed} does not fail`);
  let smallest = options;
  const tryOne = async (smaller: SimulationOptions): Promise<boolean> => {
    const found = await faultOf(smaller, world);
    if (found === undefined) return false;
    fault = found;
    smallest = smaller;
    return true;
  };
  for (const trouble of TROUBLES)
    await tryOne({ ...smallest, without: new Set<Trouble>([...(smallest.without ?? []), trouble]) });
  for (let cut = smallest.steps >> 1; cut >= 1; cut >>= 1)
    while (smallest.steps > cut && (await tryOne({ ...smallest, steps: smallest.steps - cut })));
  return { options: smallest, fault };
}

/** How a person runs it again. */
export function described({ options, fault }: Shrunk, world: WorldName = 'payouts'): string {
  const without = [...(options.without ?? [])].join(',');
  return `${fault}\n  npm run simulate -- --seed ${options.seed} --steps ${options.steps}${world === 'payouts' ? '' : ` --world ${world}`}${options.onFile === true ? ' --file' : ''}${without === '' ? '' : ` --without ${without}`}`;
}
