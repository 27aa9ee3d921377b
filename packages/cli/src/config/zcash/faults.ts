import { whyUnmineable, zcashChain } from '@adit/chain';
import type { Located } from '../config-family.ts';
import type { Fault } from '../faults.ts';
import { blockPayFaults } from './block-pay-faults.ts';
import type { ZcashChainConfig } from './schema.ts';

/** A nonce1 of this many bytes or fewer leaves room for so few connections that `for_proxies` must allow it. */
const SHORT_NONCE1 = 2;

/** Faults of chains of the Zcash family that no key shows alone. */
export function zcashFaults(chains: readonly Located<ZcashChainConfig>[]): Fault[] {
  return chains.flatMap(({ key, chain }) => {
    const why = whyUnmineable(zcashChain(chain.network));
    const faults: Fault[] =
      why === undefined
        ? []
        : [
            {
              key: `${key}.network`,
              message: `found "${chain.network}", expected a network that a pool can mine: ${why}`,
            },
          ];
    for (const [p, port] of chain.ports.entries()) {
      if (port.nonce1_bytes > SHORT_NONCE1 || port.for_proxies) continue;
      faults.push({
        key: `${key}.ports[${p}].nonce1_bytes`,
        message: '1 and 2 are for proxies only; set for_proxies = true, or take 3 to 17',
      });
    }
    return [...faults, ...blockPayFaults({ key, chain })];
  });
}
