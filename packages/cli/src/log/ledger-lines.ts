import { list, optional, text, whole, word } from './format.ts';
import type { LedgerEvent, LedgerProblemCause } from './ledger-event.ts';
import type { Lines } from './line.ts';
import { MOST_NEWS } from './line.ts';
import { plain } from './plain.ts';

/** What the ledger could not do, for people. */
export const LEDGER_PROBLEMS: Readonly<Record<LedgerProblemCause, string>> = {
  ingest: 'shares could not be read from the journals, or not be numbered',
  shares: 'shares could not be paid at once',
  blocks: 'a found block could not be judged',
  payouts: 'a payout could not go on',
  lease: 'the ledger has lost its lease to another process, or could not renew it',
  database: 'the database of the books cannot be reached; shares wait in the journals, and nothing is paid',
  metrics:
    'figures of the ledger could not be read, or its address for metrics not be opened; books and payouts go on',
  books: 'the books are not as the ledger wrote them; nobody is paid until a person has looked',
  ended: 'the process of the ledger has ended; `adit pool` starts it again',
};

/** States of a block at which a person should look. */
const ALARMING: ReadonlySet<string> = new Set(['disputed', 'orphaned', 'lost']);

export const LEDGER_LINES: Lines<LedgerEvent> = {
  ledger_open: {
    when: 'the ledger is open, and this process is its writer',
    levels: ['info'],
    fields: { database: text, chains: list(text) },
    say: ({ database, chains }) => ({
      level: 'info',
      text: `ledger of ${chains.join(', ')} in ${plain(database)}`,
    }),
    gather: undefined,
  },
  ledger_standby: {
    when: 'another process is the writer; this one takes over when that one ends',
    levels: ['info'],
    fields: { detail: text },
    say: ({ detail }) => ({ level: 'info', text: `ledger: standing by (${plain(detail)})` }),
    gather: undefined,
  },
  ledger_back: {
    when: 'the database of the books can be reached again, and the ledger goes on',
    levels: ['info'],
    fields: { database: text },
    say: ({ database }) => ({ level: 'info', text: `ledger: ${plain(database)} can be reached again` }),
    gather: undefined,
  },
  ledger_metrics: {
    when: "the ledger's process serves its metrics at this port of `ledger.listen`",
    levels: ['info'],
    fields: { port: whole },
    say: ({ port }) => ({ level: 'info', text: `ledger: metrics at port ${port}` }),
    gather: undefined,
  },
  ledger_ingested: {
    when: 'shares were taken from the journals; `leftOut` counts rows that do not count',
    levels: ['debug'],
    fields: { shares: whole, leftOut: whole },
    say: ({ shares }) => ({ level: 'debug', text: `ledger: ${shares} shares numbered` }),
    gather: undefined,
  },
  block_moved: {
    when: 'a found block has another state in the books',
    levels: ['info', 'warn'],
    fields: {
      chain: text,
      what: word,
      hash: text,
      height: optional(whole),
      from: word,
      to: word,
    },
    say: ({ chain, what, hash, height, from, to }) => ({
      level: ALARMING.has(to) ? 'warn' : 'info',
      text: `${plain(chain)}: ${what} ${height ?? hash.slice(0, 16)} is ${to} (was ${from})`,
    }),
    gather: undefined,
  },
  shares_paid: {
    when: 'shares were paid at once (PPS, FPPS); `paid` is in the smallest unit of the coin',
    levels: ['debug'],
    fields: { chain: text, shares: whole, accounts: whole, paid: text },
    say: ({ chain, shares, accounts, paid }) => ({
      level: 'debug',
      text: `${plain(chain)}: ${plain(paid)} units for ${shares} shares of ${accounts} accounts`,
    }),
    gather: undefined,
  },
  reserve_moved: {
    when: 'the reserve of PPS and FPPS pays for new shares (`open`), or does not (`shut`): then they count for PPLNS',
    levels: ['info', 'warn'],
    fields: { chain: text, state: word, cause: word, detail: text },
    say: ({ chain, state, detail }) => ({
      level: state === 'shut' ? 'warn' : 'info',
      text: `${plain(chain)}: ${state === 'shut' ? 'new shares are NOT paid at once, and count for PPLNS' : 'new shares are paid at once'}: ${plain(detail)}`,
    }),
    gather: undefined,
  },
  payout_moved: {
    when: 'a batch of payouts went on',
    levels: ['info'],
    fields: { chain: text, batch: optional(text), detail: text },
    say: ({ chain, batch, detail }) => ({
      level: 'info',
      text: `${plain(chain)}: payout${batch === undefined ? '' : ` ${plain(batch)}`}: ${plain(detail)}`,
    }),
    gather: undefined,
  },
  payout_waits: {
    when: 'payouts wait for another cause than before',
    levels: ['info', 'warn'],
    fields: { chain: text, batch: optional(text), cause: word, detail: text },
    say: ({ chain, cause, detail }) => ({
      level: cause === 'held' ? 'warn' : 'info',
      text: `${plain(chain)}: payouts wait (${cause}): ${plain(detail)}`,
    }),
    gather: undefined,
  },
  ledger_problem: {
    when: 'the ledger could not do something, and tries again. `cause` is one of [these](#causes-of-a-ledger-problem)',
    levels: ['error'],
    fields: { cause: word, chain: optional(text), code: optional(word), detail: text },
    say: ({ cause, detail }) => ({ level: 'error', text: `${LEDGER_PROBLEMS[cause]}: ${plain(detail)}` }),
    gather: { by: ['cause'], told: MOST_NEWS },
  },
};
