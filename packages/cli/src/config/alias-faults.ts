import { isDeepStrictEqual } from 'node:util';
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

/**
 * Chains of one network whose aliases differ. Their shares are one accounting, so a name that is an alias in one of them
 * and an account in another would pay two accounts, by the port that the miner happens to use.
 */
export function unlikeAliases(chains: readonly CommonChain[]): Fault[] {
  return chains.flatMap((chain, c): Fault[] => {
    const first = chains.findIndex(({ network }) => network === chain.network);
    const { aliases = {}, name } = chains[first] ?? chain;
    const own = chain.aliases ?? {};
    if (isDeepStrictEqual(sorted(own), sorted(aliases))) return [];
    const names = [...new Set([...Object.keys(own), ...Object.keys(aliases)])];
    const other = names.find((alias) => own[alias] !== aliases[alias]);
    const message = `found another meaning of "${other}" than in chain[${first}].aliases; expected the same aliases as in "${name}", since the shares of all chains of ${chain.network} are one accounting`;
    return [{ key: `chain[${c}].aliases`, message }];
  });
}

function sorted(aliases: Readonly<Record<string, string>>): readonly (readonly [string, string])[] {
  return Object.entries(aliases).sort(([a], [b]) => (a < b ? -1 : 1));
}
