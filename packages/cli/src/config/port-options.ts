import type { CommonChain, CommonPort } from './config-family.ts';
import { secretOf } from './secret.ts';
import { checkTlsFiles } from './tls-check.ts';

/** Greatest weight of a share without `max_difficulty`. */
const HARDEST = 1n << 60n;
/** Without `min_difficulty`, a share may become this many times easier than at first. */
const EASIER = 32_768;

/** The name of a port; made from the chain if the configuration gives none. */
export function portName(chain: Pick<CommonChain, 'name'>, port: CommonPort): string {
  return port.name ?? `${chain.name}@${port.listen}`;
}

/** @param text host:port, the host of IPv6 in brackets */
export function hostAndPort(text: string): { host: string; port: number } {
  const colon = text.lastIndexOf(':');
  return {
    host: text.slice(0, colon).replace(/^\[(.*)\]$/, '$1'),
    port: Number(text.slice(colon + 1)),
  };
}

/**
 * The options that ports of all dialects have.
 * @param weightOf the expected hashes of a share of a difficulty
 * @throws AditError `ADIT_SECRET_FILE`, `ADIT_SECRET_ENV`, `ADIT_TLS_FILES`
 */
export function portOptions(
  chain: Pick<CommonChain, 'name' | 'aliases'>,
  port: CommonPort,
  weightOf: (difficulty: number) => bigint,
) {
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
    access: {
      ...(port.workers === undefined ? {} : { allow: port.workers }),
      ...(password === undefined ? {} : { password }),
      ...(port.accounts === 'name' ? {} : { accounts: port.accounts }),
      ...(chain.aliases === undefined ? {} : { aliases: new Map(Object.entries(chain.aliases)) }),
    },
    nonce1Bytes: port.nonce1_bytes,
    startWeight: weightOf(port.start_difficulty),
    minWeight: port.min_difficulty === undefined ? easiest(port, weightOf) : weightOf(port.min_difficulty),
    maxWeight: port.max_difficulty === undefined ? HARDEST : weightOf(port.max_difficulty),
    fixedWeight: port.fixed_difficulty,
    // Decimal text of at most 24 digits: the session has checked it.
    weightOfDifficulty: (text: string) => weightOf(Number(text)),
    shareIntervalMs: port.share_seconds * 1000,
  };
}

/** Least weight of a share. Without it a miner could ask for a target that every hash meets, and flood the pool. */
function easiest({ start_difficulty: start }: CommonPort, weightOf: (difficulty: number) => bigint): bigint {
  const lowest = weightOf(start / EASIER);
  if (lowest >= 2n) return lowest;
  // One hash in two, or the start itself if that is easier, as on ports of test chains.
  return weightOf(start) < 2n ? weightOf(start) : 2n;
}
