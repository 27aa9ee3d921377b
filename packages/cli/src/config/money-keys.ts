import { SCHEME_KINDS, type SchemeKind } from '@adit/money';
import { z } from 'zod';
import { isNodeUrl } from './addresses.ts';
import { isCoins } from './coins.ts';
import { number, secretFile, variable, whole, zeroOr } from './values.ts';
import { upgrade } from './when.ts';

const coins = z.string().refine(isCoins, 'expected an amount of whole coins in quotes, for example "0.01"');

/** The schemes that a miner may choose by its name. PROP is for tests: who leaves long rounds gains from those who stay. */
const CHOICES = ['solo', 'pplns', 'pps', 'fpps'] as const satisfies readonly SchemeKind[];

/** The wallet that pays a chain's miners. */
const walletSchema = z.strictObject({
  kind: z
    .enum(['paper', 'truechain', 'zecd'])
    .meta(
      upgrade(
        'paper: a person pays the lists that the ledger writes; truechain: the ledger signs payments of TrueChain by itself; zecd: the wallet server on Zebra',
      ),
    ),
  url: z
    .url({ protocol: /^https?$/, error: 'expected http://host:port of the wallet' })
    .refine(isNodeUrl, 'expected http://host:port of the wallet')
    .optional()
    .meta(upgrade('JSON-RPC address of the wallet')),
  user: z.string().optional().meta(upgrade('user of the wallet')),
  password_file: secretFile
    .optional()
    .meta(upgrade('file with the password of this user, which only the user of the ledger may read')),
  address: z
    .string()
    .min(1)
    .max(1_000)
    .optional()
    .meta(upgrade("the wallet's own shielded address, from which it pays and to which it shields rewards")),
  key_file: secretFile
    .optional()
    .meta(
      upgrade(
        'file with the encrypted key of the account that pays, which only the user of the ledger may read; `adit ledger key new` makes it',
      ),
    ),
  passphrase_file: secretFile.optional().meta(upgrade('file with the passphrase of the key')),
  passphrase_env: variable
    .optional()
    .meta(upgrade('environment variable with the passphrase of the key, instead of a file')),
  chain_id: whole(1, Number.MAX_SAFE_INTEGER)
    .optional()
    .meta(
      upgrade(
        'number of the chain, for which payments are signed: main 19330, test 18928, devnet 100, single node 400',
      ),
    ),
  most_gas_price: whole(1_000_000, 1_000_000_000_000_000)
    .optional()
    .meta(
      upgrade('most wei for a unit of gas, of which a payment needs 21,000; default 100 thousand million'),
    ),
});

/** How a chain's miners are paid. */
export const moneySchema = z.strictObject({
  scheme: z
    .enum(SCHEME_KINDS)
    .default('pplns')
    .meta(upgrade('reward scheme; a change begins behind the next block')),
  window: number(0.001, 100)
    .default(2)
    .meta(upgrade('expected blocks that the window of a scheme with a window holds: N of PPLNS')),
  miners_may_choose: z
    .array(z.enum(CHOICES))
    .max(CHOICES.length)
    .optional()
    .meta(
      upgrade(
        'schemes that a miner chooses by the name with which it logs in: solo:<account>, pps:<account>',
      ),
    ),
  reserve_floor: coins
    .optional()
    .meta(
      upgrade(
        'what the reserve of pps and fpps has to hold, in whole coins: below it no new share is paid at once. pps and fpps need it',
      ),
    ),
  reserve_resume: coins
    .optional()
    .meta(
      upgrade(
        'what the reserve has to hold before it pays again, in whole coins; default: a tenth more than reserve_floor',
      ),
    ),
  credit_minutes: number(1, 1_440)
    .default(10)
    .meta(upgrade('longest time between two credits of pps and fpps: each writes a line for each account')),
  fee_percent: zeroOr(0.0001, 100).default(0).meta(upgrade("the pool's fee, in percent of a reward")),
  minimum: coins.default('0.01').meta(upgrade('least balance that is paid out, in whole coins')),
  reward_addresses: z
    .array(z.string().min(1).max(1_000))
    .max(16)
    .optional()
    .meta(
      upgrade(
        "the node's miner_address, and those that it had before: what a block pays to them is shared out. Needed on the Zcash family",
      ),
    ),
  payouts: z
    .enum(['off', 'plan', 'approve', 'auto'])
    .default('off')
    .meta(
      upgrade(
        'off; plan: only dry runs; approve: an operator approves each batch; auto: within the caps, which it needs',
      ),
    ),
  payment_cap: coins.optional().meta(upgrade('most for one payee in one payment, in whole coins')),
  batch_cap: coins.optional().meta(upgrade('most for one batch, in whole coins')),
  day_cap: coins.optional().meta(upgrade('most for one day (UTC), in whole coins')),
  keep: coins.default('0').meta(upgrade('what stays in the wallet, in whole coins')),
  fee_borne_by: z
    .enum(['pool', 'payees'])
    .default('pool')
    .meta(upgrade('who bears the network fee of a batch')),
  wallet: walletSchema.optional(),
});

export type MoneyConfig = z.infer<typeof moneySchema>;

/** The kinds of wallets, as the file names them. */
export type WalletKind = z.infer<typeof walletSchema>['kind'];
