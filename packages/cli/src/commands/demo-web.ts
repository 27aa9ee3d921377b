import type { Pool } from '@adit/pool';
import { configSchema } from '../config/schema.ts';
import { minersResult } from '../control/miners-result.ts';
import { statusDocumentOf } from '../control/status-document.ts';
import { VERSION } from '../version.ts';
import { pagesFolder } from '../web/pages-folder.ts';
import { RunningWeb } from '../web/running-web.ts';
import type { DemoLedgerChain } from './demo-ledger.ts';

/** The page of the demo. */
export interface DemoWeb {
  /** Where a browser finds it. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves the pages of the demo's pool on a free port of loopback: the same as `adit web`, which asks the pool in this process.
 * @param data folder of the pool
 */
export async function startDemoWeb(
  data: string,
  demoChains: readonly DemoLedgerChain[],
  pool: Pool,
  onProblem: (problem: string) => void,
): Promise<DemoWeb> {
  const config = configSchema.parse({
    data,
    web: { name: 'Adit demo', listen: '127.0.0.1:0', privacy: 'open' },
    chain: demoChains.map(({ name, nodeUrl, money }) => ({
      name,
      network: money.network,
      nodes: [{ url: nodeUrl }],
      // The demo's ports have the names of their chains.
      ports: [{ name, listen: '127.0.0.1:0', dialect: money.dialect, start_difficulty: 1 }],
      money: money.settings,
    })),
  });
  const web = new RunningWeb(
    {
      config,
      configFile: '',
      pages: pagesFolder(),
      ask: async (request) =>
        request.command === 'status'
          ? statusDocumentOf(pool.status, { adit: VERSION, pid: process.pid, config: '' })
          : minersResult(pool.miners, request),
    },
    onProblem,
  );
  const port = await web.start();
  return { url: `http://127.0.0.1:${port}`, close: () => web.close() };
}
