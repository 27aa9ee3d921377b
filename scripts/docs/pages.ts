import { readFileSync } from 'node:fs';
import path from 'node:path';
import { openApiDocument } from '@adit/api/public';
import { attackTable, checkTable, MINER_CHECKS, POOL_CHECKS } from '@adit/conformance';
import { settingsTable } from '../../packages/cli/src/commands/settings.ts';
import { typesOfApi } from '../pages/types-of-api.ts';
import { commandTable, resultTable } from './control.ts';
import { errorCodesSource, errorTable } from './errors.ts';
import { eventTable, fieldTable, ledgerProblemTable, problemTable, serviceProblemTable } from './events.ts';
import { withTable } from './table-in-page.ts';

/** The generated tables: page, heading above the table, and the table. All other text is written by hand. */
const TABLES: readonly (readonly [string, string, (root: string) => string])[] = [
  ['docs/settings.md', '# Settings', settingsTable],
  ['docs/probe.md', '### The checks of pools', () => checkTable(POOL_CHECKS)],
  ['docs/probe.md', '### The attacks', () => attackTable(POOL_CHECKS, MINER_CHECKS)],
  ['docs/probe.md', '### The checks of miners', () => checkTable(MINER_CHECKS)],
  ['docs/errors.md', '# Errors', errorTable],
  ['docs/events.md', '## Connections', () => eventTable('Connections')],
  ['docs/events.md', '## Shares', () => eventTable('Shares')],
  ['docs/events.md', '## Work and nodes', () => eventTable('Work and nodes')],
  ['docs/events.md', '## Blocks', () => eventTable('Blocks')],
  ['docs/events.md', '## Protection and problems', () => eventTable('Protection and problems')],
  ['docs/events.md', '## The process', () => eventTable('The process')],
  ['docs/events.md', '## The ledger', () => eventTable('The ledger')],
  ['docs/events.md', '## Causes of a problem', problemTable],
  ['docs/events.md', '## Causes of a service problem', serviceProblemTable],
  ['docs/events.md', '## Causes of a ledger problem', ledgerProblemTable],
  ['docs/events.md', '## Types of the fields', fieldTable],
  ['docs/control.md', '## Commands', commandTable],
  [
    'docs/control.md',
    '## Results of the short commands',
    () => resultTable('reload', 'upgrade', 'ban', 'lift'),
  ],
  ['docs/control.md', '## The status', () => resultTable('status')],
];

/** A page as it is on the disk, and as the program has it. */
export interface Page {
  readonly file: string;
  readonly found: string;
  readonly wanted: string;
}

/**
 * Every page with generated tables, the source with all error codes, the document of the API, and its types.
 * @param root the checkout
 */
export function generatedPages(root: string): Page[] {
  const pages = new Map<string, Page>();
  for (const [file, heading, table] of TABLES) {
    const found = pages.get(file)?.found ?? readFileSync(path.join(root, file), 'utf8');
    const wanted = withTable(pages.get(file)?.wanted ?? found, heading, table(root));
    pages.set(file, { file, found, wanted });
  }
  const file = 'packages/primitives/src/error-codes.ts';
  const found = readFileSync(path.join(root, file), 'utf8');
  const api = 'docs/openapi.json';
  const document = openApiDocument();
  const types = 'packages/dashboard/src/api/types.ts';
  return [
    ...pages.values(),
    { file, found, wanted: errorCodesSource() },
    {
      file: api,
      found: readFileSync(path.join(root, api), 'utf8'),
      wanted: `${JSON.stringify(document, null, 2)}\n`,
    },
    {
      file: types,
      found: readFileSync(path.join(root, types), 'utf8'),
      wanted: typesOfApi(document),
    },
  ];
}
