import { availableParallelism } from 'node:os';
import { TIP9_NUMBERS, TrueChainNode, ZcashNode, zcashChain } from '@adit/chain';
import { groupIdOf } from '@adit/journal';
import {
  LEAST_LOOSE_WEIGHT,
  type PoolOptions,
  type TrueChainOptions,
  type TruePortOptions,
  type ZcashChainOptions,
  type ZcashPortOptions,
} from '@adit/pool';
import { targetFromDifficulty, weightOfTarget } from '@adit/primitives';
import { portAuthorizer } from '@adit/stratum';
import { nonce1BytesOf, portName } from './port-facts.ts';
import { conductOptions, poolLimits } from './protection.ts';
import type { ChainConfig, Config, NodeConfig, PortConfig } from './schema.ts';
import { secretOf } from './secret.ts';
import { checkTlsFiles } from './tls-check.ts';
import { trueWeightOf } from './true-ports.ts';

/** What a share may weigh without a bound in the configuration. */
const HARDEST = 1n << 60n;

/**
 * Turns a checked configuration into what the pool wants, secrets read.
 * @throws AditError `ADIT_SECRET_FILE`, `ADIT_SECRET_ENV`, `ADIT_TLS_FILES`, `ADIT_UNKNOWN_GROUP`
 */
export function poolOptions(config: Config): PoolOptions {
  return {
    dataFolder: config.data,
    ...(config.group === undefined ? {} : { groupId: groupIdOf(config.group) }),
    // One core stays with the sockets.
    verifierThreads: config.verifier_threads ?? Math.max(1, availableParallelism() - 1),
    limits: poolLimits(config),
    conduct: conductOptions(config),
    neverBan: config.bans.allow,
    banLadderMs: config.bans.ban_seconds.map((length) => length * 1000),
    chains: config.chain.map((chain) =>
      chain.network === 'truechain' ? trueChainOptions(chain) : zcashOptions(chain),
    ),
  };
}

function zcashOptions(chain: ChainConfig): ZcashChainOptions {
  const params = zcashChain(chain.network);
  const weightOf = (difficulty: number) => weightOfTarget(targetFromDifficulty(params.powLimit, difficulty));
  return {
    kind: 'zcash',
    name: chain.name,
    params,
    nodes: chain.nodes.map((node) => new ZcashNode(nodeOptions(node))),
    ports: chain.ports.map(
      (port): ZcashPortOptions => ({
        dialect: 'zcash',
        ...commonOptions(chain, port, weightOf),
        nonceLayout: port.nonce_layout,
        jobOnSubscribe: port.job_on_subscribe,
        failedResult: port.false_on_error ? false : null,
      }),
    ),
    ...(chain.confirmations === undefined ? {} : { confirmations: chain.confirmations }),
    ...(chain.propose_first === undefined ? {} : { proposeFirst: chain.propose_first }),
    refreshMs: chain.refresh_seconds * 1000,
    ...(chain.coinbase_text === undefined ? {} : { coinbaseText: chain.coinbase_text }),
  };
}

function trueChainOptions(chain: ChainConfig): TrueChainOptions {
  return {
    kind: 'truechain',
    name: chain.name,
    nodes: chain.nodes.map((node) => new TrueChainNode(nodeOptions(node))),
    ports: chain.ports.map((port): TruePortOptions => {
      const common = commonOptions(chain, port, trueWeightOf);
      const weights = port.strict_prefix ? common : { ...common, ...aboveTheFloor(common) };
      return { dialect: 'truestratum', ...weights, strictPrefix: port.strict_prefix };
    }),
    tip9: chain.tip9 ?? TIP9_NUMBERS.mainnet,
    ...(chain.poll_ms === undefined ? {} : { pollMs: chain.poll_ms }),
  };
}

/** Where anybody's nonces may be tried, a share has to cost its sender far more than its check. */
function aboveTheFloor(weights: {
  readonly startWeight: bigint;
  readonly minWeight: bigint;
  readonly maxWeight: bigint;
}) {
  const raised = (weight: bigint) => (weight < LEAST_LOOSE_WEIGHT ? LEAST_LOOSE_WEIGHT : weight);
  const { startWeight, minWeight, maxWeight } = weights;
  return {
    startWeight: raised(startWeight),
    minWeight: raised(minWeight),
    maxWeight: raised(maxWeight),
  };
}

/** How much easier than at first a share may become where no lowest difficulty is said. */
const EASIER = 32_768;

/** Without any bound a miner could ask for a target that every hash passes, and have its flood of them verified. */
function easiest({ start_difficulty: start }: PortConfig, weightOf: (difficulty: number) => bigint): bigint {
  const lowest = weightOf(start / EASIER);
  if (lowest >= 2n) return lowest;
  // One hash in two: ports of test chains begin near it.
  return weightOf(start) < 2n ? weightOf(start) : 2n;
}

function commonOptions(chain: ChainConfig, port: PortConfig, weightOf: (difficulty: number) => bigint) {
  const password = secretOf(port, `the port ${port.listen}`);
  const { tls_cert: certFile, tls_key: keyFile, public_address: publicAddress } = port;
  if (certFile !== undefined && keyFile !== undefined) {
    checkTlsFiles(certFile, keyFile, `the port ${port.listen}`);
  }
  return {
    name: portName(chain, port),
    ...hostAndPort(port.listen),
    ...(certFile === undefined || keyFile === undefined ? {} : { tls: { certFile, keyFile } }),
    ...(port.proxies === undefined ? {} : { proxies: port.proxies }),
    ...(publicAddress === undefined ? {} : { publicAddress: hostAndPort(publicAddress) }),
    authorize: portAuthorizer({
      ...(port.workers === undefined ? {} : { allow: port.workers }),
      ...(password === undefined ? {} : { password }),
    }),
    nonce1Bytes: nonce1BytesOf(port),
    startWeight: weightOf(port.start_difficulty),
    minWeight: port.min_difficulty === undefined ? easiest(port, weightOf) : weightOf(port.min_difficulty),
    maxWeight: port.max_difficulty === undefined ? HARDEST : weightOf(port.max_difficulty),
    fixedWeight: port.fixed_difficulty,
    // Decimal text of at most 24 digits: the session has looked at it.
    weightOfDifficulty: (text: string) => weightOf(Number(text)),
    shareIntervalMs: port.share_seconds * 1000,
    graceMs: port.grace_ms,
  };
}

/** @param text host:port, the host of IPv6 in brackets */
export function hostAndPort(text: string): { host: string; port: number } {
  const colon = text.lastIndexOf(':');
  return {
    host: text.slice(0, colon).replace(/^\[(.*)\]$/, '$1'),
    port: Number(text.slice(colon + 1)),
  };
}

function nodeOptions(node: NodeConfig) {
  // A secret in a file is checked here, and read by the node's client, which does so again when it changes.
  const password = secretOf(node, `the node ${node.url}`);
  const { password_file: passwordFile } = node;
  return {
    url: node.url,
    ...(node.user === undefined ? {} : { user: node.user }),
    ...(passwordFile !== undefined ? { passwordFile } : password === undefined ? {} : { password }),
    ...(node.cookie_file === undefined ? {} : { cookieFile: node.cookie_file }),
    ...(node.timeout_seconds === undefined ? {} : { timeoutMs: node.timeout_seconds * 1000 }),
  };
}
