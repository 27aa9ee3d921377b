import { LEAST_LOOSE_WEIGHT } from '@adit/pool';
import { trueTargetFromDifficulty } from '@adit/pow';
import { weightOfEitherHalf } from '@adit/primitives';
import type { ChainConfig, Config, PortConfig } from './schema.ts';

/** What moves the one target of a header: the same on all ports where nonces are bound to nobody. */
const SHARED = [
  'start_difficulty',
  'min_difficulty',
  'max_difficulty',
  'fixed_difficulty',
  'share_seconds',
] as const;

/** The expected hashes of a share. @param difficulty what TrueChain means by it: 2^128 / target, for one half of the digest */
export function trueWeightOf(difficulty: number): bigint {
  return weightOfEitherHalf(trueTargetFromDifficulty(BigInt(Math.max(1, Math.round(difficulty)))));
}

/** Whether the nonces of TrueChain's miners are bound to their connections; undefined where there are none. */
export function isStrict(config: Config): boolean | undefined {
  return truePorts(config)[0]?.port.strict_prefix;
}

/**
 * A header of TrueChain must have one target: either each connection has nonces of its own, on all ports, or all ports
 * of a chain say the same.
 */
export function truePortFaults(config: Config): string[] {
  const faults: string[] = [];
  const ports = truePorts(config);
  for (const { key, port } of ports) {
    if (port.strict_prefix && port.nonce1_bytes === 0) {
      faults.push(`${key}.strict_prefix: a prefix of no bytes binds nothing; expected nonce1_bytes = 1 to 3`);
    }
  }
  for (const { chain, key, name, port } of ports) {
    const first = ports[0];
    if (first !== undefined && port.strict_prefix !== first.port.strict_prefix) {
      faults.push(
        `${key}.strict_prefix: ${name} has ${port.strict_prefix} and ${first.name} has ${first.port.strict_prefix}; ` +
          'expected the same on all ports of TrueChain, or a header would have two targets',
      );
    }
    const sibling = ports.find((other) => other.chain === chain);
    if (sibling === undefined || port.strict_prefix || sibling.port.strict_prefix) continue;
    for (const setting of SHARED) {
      if (port[setting] === sibling.port[setting]) continue;
      faults.push(
        `${key}.${setting}: ${name} has ${port[setting] ?? 'none'} and ${sibling.name} has ${sibling.port[setting] ?? 'none'}; ` +
          'expected the same where strict_prefix is false, since one target holds for all who mine a header',
      );
    }
  }
  return faults;
}

/** What of the file is not taken as it is, for people. */
export function truePortNotices(config: Config): string[] {
  return truePorts(config).flatMap(({ key, port }) =>
    (['min_difficulty', 'start_difficulty'] as const).flatMap((setting) => {
      const difficulty = port[setting];
      const isTaken = difficulty === undefined || trueWeightOf(difficulty) >= LEAST_LOOSE_WEIGHT;
      return isTaken || port.strict_prefix
        ? []
        : [
            `${key}.${setting}: ${difficulty} is raised to ${2n * LEAST_LOOSE_WEIGHT}: ` +
              'to check an easier share would cost more than a hundredth of finding it',
          ];
    }),
  );
}

interface NamedPort {
  readonly chain: ChainConfig;
  readonly key: string;
  readonly name: string;
  readonly port: PortConfig;
}

function truePorts({ chain: chains }: Config): NamedPort[] {
  return chains.flatMap((chain, c) =>
    chain.network !== 'truechain'
      ? []
      : chain.ports.map((port, p) => ({
          chain,
          key: `chain[${c}].ports[${p}]`,
          name: port.name ?? `${chain.name}@${port.listen}`,
          port,
        })),
  );
}
