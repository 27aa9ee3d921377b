import { type LedgerWriter, PpsService, type ReserveVerdict } from '@adit/ledger';
import { isPaidAtOnce, wholeCoins } from '@adit/money';
import type { LedgerEvent } from '../log/ledger-event.ts';
import type { LedgerChain } from './ledger-chains.ts';
import type { SharePrices } from './share-prices.ts';

export interface SharePayerOptions {
  readonly chain: LedgerChain;
  /** For tests and demos: another time between two credits than the configuration has. */
  readonly creditMs?: number;
}

export interface SharePayerModules {
  readonly writer: Pick<LedgerWriter, 'read' | 'transact'>;
  readonly prices: Pick<SharePrices, 'priceNow'>;
  readonly onEvent: (event: LedgerEvent) => void;
}

const MINUTE_MS = 60_000;

/** Pays for shares of a chain at once, and tells when its reserve stops or resumes. */
export class SharePayer {
  /** The network. */
  readonly chain: string;
  readonly #chain: LedgerChain;
  readonly #service: PpsService;
  readonly #onEvent: (event: LedgerEvent) => void;
  /** What was told last: it is told again only when it changes. */
  #told: string | undefined;

  constructor({ chain, creditMs }: SharePayerOptions, { writer, prices, onEvent }: SharePayerModules) {
    this.chain = chain.network;
    this.#chain = chain;
    this.#onEvent = onEvent;
    this.#service = new PpsService(
      {
        chain: chain.network,
        isWanted: paysAtOnce(chain),
        actor: 'shares',
        creditMs: creditMs ?? chain.money.credit_minutes * MINUTE_MS,
      },
      { database: writer, priceNow: () => prices.priceNow() },
    );
  }

  /** @returns whether more shares wait. @throws as `PpsService.step` */
  async step(): Promise<boolean> {
    const { credited, reserve, isMore } = await this.#service.step();
    if (credited !== undefined && credited.accounts > 0)
      this.#onEvent({
        kind: 'shares_paid',
        chain: this.chain,
        shares: credited.last + 1 - credited.first,
        accounts: credited.accounts,
        paid: String(credited.paid),
      });
    if (reserve !== undefined) this.#tell(reserve);
    return isMore;
  }

  #tell(reserve: ReserveVerdict): void {
    const cause = reserve.isOpen ? 'open' : reserve.why;
    if (cause === this.#told || !paysAtOnce(this.#chain)) return;
    this.#told = cause;
    this.#onEvent({
      kind: 'reserve_moved',
      chain: this.chain,
      state: reserve.isOpen ? 'open' : 'shut',
      cause,
      detail: reserveText(this.#chain, reserve),
    });
  }
}

/** Whether the configuration wants shares of a chain to be paid at once, all or those of miners that choose it. */
export function paysAtOnce({ money }: LedgerChain): boolean {
  return [money.scheme, ...(money.miners_may_choose ?? [])].some(isPaidAtOnce);
}

/** How a reserve stands, as a sentence with the command that helps. */
export function reserveText(
  { coin }: Pick<LedgerChain, 'coin'>,
  verdict: Pick<ReserveVerdict, 'isOpen' | 'state'> & { readonly why?: string },
): string {
  const { balance, limits } = verdict.state;
  const coins = (units: bigint) => `${wholeCoins(units, coin.decimals)} ${coin.symbol}`;
  const has = `the reserve has ${coins(balance)}`;
  if (verdict.isOpen) return `${has}, and stops below ${coins(limits?.floor ?? 0n)}`;
  if (verdict.why === 'no_price') return `no node says yet what a block pays; ${has}`;
  if (limits === undefined) return `no reserve_floor was ever set; ${has}`;
  return `${has}, and begins at ${coins(limits.resumeAt)}: put more into it with \`adit ledger reserve fund\`, or wait for blocks`;
}
