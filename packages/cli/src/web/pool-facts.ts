import type { ChainFacts, PoolFacts, PortFacts } from '@adit/api/public';
import { coinsToUnits } from '../config/coins.ts';
import { type ChainConfig, familyOf } from '../config/families.ts';
import { hostAndPort, portName } from '../config/port-options.ts';
import type { Config } from '../config/schema.ts';
import type { StatusDocument } from '../control/status-document.ts';
import { VERSION } from '../version.ts';
import { SHOWN_FAMILIES } from './shown-families.ts';

/** What the configuration and the newest answer of the pool say together. @param status undefined while it does not answer */
export function poolFacts(config: Config, status: StatusDocument | undefined): PoolFacts {
  return {
    name: config.web.name,
    startedMs: status?.startedMs ?? null,
    ready: status?.ready ?? false,
    version: VERSION,
    chains: config.chain.map((chain) => chainFacts(config, chain, status)),
  };
}

function chainFacts(config: Config, chain: ChainConfig, status: StatusDocument | undefined): ChainFacts {
  const family = familyOf(chain);
  const shown = SHOWN_FAMILIES[family.kind](chain);
  const now = status?.chains.find(({ name }) => name === chain.name);
  const coin = family.coin(chain);
  const { money } = chain;
  const { web } = config;
  const height = now?.height ?? null;
  return {
    name: chain.name,
    network: chain.network,
    coin: { name: shown.coinName, ...coin, unit: shown.unit, algorithm: shown.algorithm },
    scheme: money?.scheme ?? null,
    windowBlocks: money?.scheme === 'pplns' ? money.window : null,
    feeRatio: money === undefined ? null : money.fee_percent / 100,
    threshold: money === undefined ? null : coinsToUnits(money.minimum, coin),
    blockSeconds: shown.blockSeconds(height),
    difficultyOne: shown.difficultyOne,
    maturity: shown.maturity,
    height,
    workAgeMs: now?.workAgeMs ?? null,
    hashOfDigest: shown.hashOfDigest,
    digestOfHash: shown.digestOfHash,
    ports: chain.ports.map((port) => portFacts(chain, port, status)),
    programs: shown.programs,
    explorer: {
      block: web.explorer_block ?? null,
      tx: web.explorer_tx ?? null,
      address: web.explorer_address ?? null,
    },
  };
}

function portFacts(
  chain: ChainConfig,
  port: ChainConfig['ports'][number],
  status: StatusDocument | undefined,
): PortFacts {
  const name = portName(chain, port);
  const now = status?.ports.find((one) => one.name === name);
  const place = hostAndPort(port.public_address ?? port.listen);
  return {
    name,
    // What a port listens on is no address that a miner could use, unless it is a name or an address of its own.
    host: port.public_address === undefined && ANY.has(place.host) ? null : place.host,
    port: place.port === 0 ? (now?.number ?? 1) : place.port,
    tls: port.tls_cert !== undefined,
    dialect: port.dialect,
    startDifficulty: port.start_difficulty,
    minDifficulty: port.min_difficulty ?? null,
    maxDifficulty: port.max_difficulty ?? null,
    fixed: port.fixed_difficulty,
    shareSeconds: port.share_seconds,
    connections: now?.connections ?? null,
  };
}

const ANY: ReadonlySet<string> = new Set(['0.0.0.0', '::']);
