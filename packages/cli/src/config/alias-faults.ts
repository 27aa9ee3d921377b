import type { CommonChain } from './config-family.ts';
import type { Fault } from './faults.ts';

/**
 * Aliases that are names too. Somebody with that name could not log in, or would be paid as another one.
 * @param key of the chain, such as `chain[0]`
 */
export function aliasFaults({ aliases = {}, ports }: CommonChain, key: string): Fault[] {
  const accounts = new Set(Object.values(aliases));
  const chained = Object.keys(aliases).flatMap((alias) =>
    accounts.has(alias)
      ? [{ key: `${key}.aliases`, message: `${alias} is an alias, and the account of another alias too` }]
      : [],
  );
  const listed = ports.flatMap(({ workers = [] }, p) =>
    workers.flatMap((name, w): Fault[] => {
      const [account = ''] = name.split('.');
      if (!Object.hasOwn(aliases, account)) return [];
      const message = `${account} is an alias of ${key}.aliases: expected its account in this list`;
      return [{ key: `${key}.ports[${p}].workers[${w}]`, message }];
    }),
  );
  return [...chained, ...listed];
}
