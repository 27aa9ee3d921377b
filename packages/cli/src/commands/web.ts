import { loadConfig } from '../config/load.ts';
import { untilStopped } from '../exit.ts';
import { makeLogger } from '../log/logger.ts';
import { plain } from '../log/plain.ts';
import { pagesFolder } from '../web/pages-folder.ts';
import { RunningWeb } from '../web/running-web.ts';
import { ViewKeys } from '../web/view-keys.ts';

/** `adit web`: serves the public API and the pages until SIGINT or SIGTERM. Neither its end nor its fall touches a miner. */
export async function runWeb({ config: configFile }: { readonly config: string }): Promise<void> {
  const config = loadConfig(configFile);
  const stopped = untilStopped();
  const logger = makeLogger(config.log);
  const web = new RunningWeb({ config, configFile, pages: pagesFolder() }, (problem) =>
    logger.warn({ event: 'web_problem' }, plain(problem)),
  );
  try {
    const port = await web.start();
    const { listen } = config.web;
    const host = listen.slice(0, listen.lastIndexOf(':'));
    logger.info({ event: 'web', host, port }, `the pages and the API of the pool: http://${host}:${port}/`);
    await stopped;
  } finally {
    await web.close();
  }
}

/** `adit web key ACCOUNT`: prints the key that opens a private account. */
export async function runWebKey(
  account: string,
  { config: configFile, chain: name }: { readonly config: string; readonly chain?: string },
): Promise<void> {
  const config = loadConfig(configFile);
  const keys = new ViewKeys(config.data);
  for (const chain of config.chain)
    if (name === undefined || chain.name === name)
      process.stdout.write(`${chain.name} ${keys.keyOf(chain.network, account)}\n`);
}
