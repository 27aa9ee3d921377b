import { LEAST_LOOSE_WEIGHT } from '@adit/pool';
import { trueTargetFromDifficulty } from '@adit/pow';
import { weightOfEitherHalf } from '@adit/primitives';
import type { Located } from '../config-family.ts';
import type { Fault } from '../faults.ts';
import { portName } from '../port-options.ts';
import type { TrueChainConfig, TruePortConfig } from './schema.ts';

type Chains = readonly Located<TrueChainConfig>[];

/** Settings that change the target of a header. All ports must agree on them if nonces are not bound to connections. */
const SHARED = [
  'start_difficulty',
  'min_difficulty',
  'max_difficulty',
  'fixed_difficulty',
  'share_seconds',
] as const;

/**
 * The expected hashes of a share.
 * @param difficulty as TrueChain counts it: 2^128 / target, for one half of the digest
 */
export function trueWeightOf(difficulty: number): bigint {
  return weightOfEitherHalf(trueTargetFromDifficulty(BigInt(Math.max(1, Math.round(difficulty)))));
}

/**
 * Compares `strict_prefix` for an upgrade, during which two processes serve miners. What binds nonces to miners must be
 * the same in both, or the same hash would have two weights.
 * @returns why there can be no upgrade; undefined if there can
 */
export function strictPrefixMoves(before: Chains, after: Chains): string | undefined {
  const [was, is] = [isStrict(before), isStrict(after)];
  return was !== undefined && is !== undefined && was !== is
    ? `strict_prefix changes from ${was} to ${is}: stop the pool and start it again instead`
    : undefined;
}

/** Whether the nonces are bound to connections; undefined without ports. */
function isStrict(chains: Chains): boolean | undefined {
  return truePorts(chains)[0]?.port.strict_prefix;
}

/**
 * A header of TrueChain must have one target. Either each connection has nonces of its own, on all ports, or all ports
 * of all TrueChain chains have the same settings.
 */
export function truePortFaults(chains: Chains): Fault[] {
  const faults: Fault[] = [];
  const ports = truePorts(chains);
  for (const { key, port } of ports) {
    if (port.strict_prefix && port.nonce1_bytes === 0) {
      faults.push({
        key: `${key}.strict_prefix`,
        message: 'a prefix of no bytes binds nothing; expected nonce1_bytes = 1 to 3',
      });
    }
  }
  const first = ports[0];
  for (const { key, name, port } of ports) {
    if (first !== undefined && port.strict_prefix !== first.port.strict_prefix) {
      faults.push({
        key: `${key}.strict_prefix`,
        message:
          `${name} has ${port.strict_prefix} and ${first.name} has ${first.port.strict_prefix}; ` +
          'expected the same on all ports of TrueChain, or a header would have two targets',
      });
    }
    // Ports of other chains too: a miner may hand in a header at any of them.
    const sibling = first;
    if (sibling === undefined || port.strict_prefix || sibling.port.strict_prefix) continue;
    for (const setting of SHARED) {
      if (port[setting] === sibling.port[setting]) continue;
      faults.push({
        key: `${key}.${setting}`,
        message:
          `${name} has ${port[setting] ?? 'none'} and ${sibling.name} has ${sibling.port[setting] ?? 'none'}; ` +
          'expected the same where strict_prefix is false, since one target holds for all who mine a header',
      });
    }
  }
  return faults;
}

/** What an operator should know: settings that are raised, and ports whose miners an upgrade cannot move. */
export function truePortNotices(chains: Chains): Fault[] {
  return [...raised(chains), ...unnamed(chains)];
}

function unnamed(chains: Chains): Fault[] {
  return truePorts(chains).flatMap(({ key, port: { public_address: address } }) =>
    address === undefined
      ? [
          {
            key: `${key}.public_address`,
            message:
              'is missing: the reference miner ignores a request to connect again that names no address, so at an ' +
              'upgrade it stays with the old process until that ends',
          },
        ]
      : [],
  );
}

function raised(chains: Chains): Fault[] {
  return truePorts(chains).flatMap(({ key, port }) =>
    (['min_difficulty', 'start_difficulty'] as const).flatMap((setting) => {
      const difficulty = port[setting];
      const isTaken = difficulty === undefined || trueWeightOf(difficulty) >= LEAST_LOOSE_WEIGHT;
      return isTaken || port.strict_prefix
        ? []
        : [
            {
              key: `${key}.${setting}`,
              message:
                `${difficulty} is raised to ${2n * LEAST_LOOSE_WEIGHT}: ` +
                'to check an easier share would cost more than a hundredth of finding it',
            },
          ];
    }),
  );
}

interface NamedPort {
  readonly chain: TrueChainConfig;
  readonly key: string;
  readonly name: string;
  readonly port: TruePortConfig;
}

function truePorts(chains: Chains): NamedPort[] {
  return chains.flatMap(({ key, chain }) =>
    chain.ports.map((port, p) => ({
      chain,
      key: `${key}.ports[${p}]`,
      name: portName(chain, port),
      port,
    })),
  );
}
