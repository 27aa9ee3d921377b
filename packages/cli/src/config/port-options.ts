import type { CommonChain, CommonPort } from './config-family.ts';
import { secretOf } from './secret.ts';
import { checkTlsFiles } from './tls-check.ts';

/** What a share may weigh without a bound in the configuration. */
const HARDEST = 1n << 60n;
/** How much easier than at first a share may become where no lowest difficulty is said. */
const EASIER = 32_768;

/** What a port is called where the configuration gives it no name. */
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
 * What ports of all dialects have in common, as the pool wants it.
 * @param weightOf the expected hashes of a share of a difficulty
 * @throws AditError `ADIT_SECRET_FILE`, `ADIT_SECRET_ENV`, `ADIT_TLS_FILES`
 */
export function portOptions(
  chain: Pick<CommonChain, 'name'>,
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
    },
    nonce1Bytes: port.nonce1_bytes,
    startWeight: weightOf(port.start_difficulty),
    minWeight: port.min_difficulty === undefined ? easiest(port, weightOf) : weightOf(port.min_difficulty),
    maxWeight: port.max_difficulty === undefined ? HARDEST : weightOf(port.max_difficulty),
    fixedWeight: port.fixed_difficulty,
    // Decimal text of at most 24 digits: the session has looked at it.
    weightOfDifficulty: (text: string) => weightOf(Number(text)),
    shareIntervalMs: port.share_seconds * 1000,
  };
}

/** Without any bound a miner could ask for a target that every hash passes, and have its flood of them verified. */
function easiest({ start_difficulty: start }: CommonPort, weightOf: (difficulty: number) => bigint): bigint {
  const lowest = weightOf(start / EASIER);
  if (lowest >= 2n) return lowest;
  // One hash in two: ports of test chains begin near it.
  return weightOf(start) < 2n ? weightOf(start) : 2n;
}
