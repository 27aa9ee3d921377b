import { readToml } from './toml-file.ts';

/**
 * The network of each chain, by the name of the chain: journals of the first version have only these names. The rest of
 * the configuration may be wrong.
 * @throws AditError `ADIT_BAD_CONFIG` if it is not TOML or cannot be read
 */
export function networksOf(configFile: string): Readonly<Record<string, string>> {
  const { chain: chains } = readToml(configFile) as { readonly chain?: unknown };
  if (!Array.isArray(chains)) return {};
  const pairs = chains.flatMap((chain: { readonly name?: unknown; readonly network?: unknown }) =>
    typeof chain.name === 'string' && typeof chain.network === 'string' ? [[chain.name, chain.network]] : [],
  );
  return Object.fromEntries(pairs);
}
