import { templateHead } from '../template-head.ts';

/** A commented configuration. */
export function trueChainTemplate(): string {
  // It may run beside a pool of the Zcash family, so it has a data folder and an admin address of its own.
  return `${templateHead('./adit-data-truechain', 9334)}
[[chain]]
name = "truechain"
network = "truechain"

[[chain.nodes]]
url = "http://127.0.0.1:8888"

[[chain.ports]]
name = "true"
listen = "0.0.0.0:3335"
dialect = "truestratum"
# 2^128 / target; either half of the digest may meet the target.
start_difficulty = 1000000
share_seconds = 10
`;
}
