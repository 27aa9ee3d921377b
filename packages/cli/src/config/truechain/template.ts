import type { TemplateChoices } from '../config-family.ts';
import { templateHead } from '../template-head.ts';

/** A commented configuration. */
export function trueChainTemplate(_network: string, { publicAddress }: TemplateChoices): string {
  const place =
    publicAddress === undefined
      ? '# public_address = "pool.example.org:3335"'
      : `public_address = "${publicAddress}"`;
  // It may run beside a pool of the Zcash family, so it has a data folder and an admin address of its own.
  return `${templateHead('./adit-data-truechain', 9334)}
[[chain]]
name = "truechain"
network = "truechain"

[[chain.nodes]]
url = "http://127.0.0.1:8888"

[[chain.ports]]
name = "true"
# 0.0.0.0: all addresses of this machine, so that miners on other machines reach the port. To try it with a devnet,
# take 127.0.0.1.
listen = "0.0.0.0:3335"
dialect = "truestratum"
# Where miners reach this port. The reference miner ignores a request to connect again that names no address, so without
# this line it stays with the old process of an upgrade until that ends.
${place}
# 2^128 / target; either half of the digest may meet the target.
start_difficulty = 1000000
share_seconds = 10
`;
}
