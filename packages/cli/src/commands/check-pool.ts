import { certificateNotes } from '../check/certificates.ts';
import { cookieFaults } from '../check/cookie-files.ts';
import { askNodes } from '../check/nodes.ts';
import { secondPoolNotes } from '../check/second-pool.ts';
import { surroundingNotes } from '../check/surroundings.ts';
import { takenAddresses } from '../check/taken-addresses.ts';
import { chainsByFamily } from '../config/families.ts';
import { configError } from '../config/faults.ts';
import { requireFiles } from '../config/file-faults.ts';
import { loadConfig } from '../config/load.ts';
import { poolOptions } from '../config/pool-options.ts';

/** A node nearby answers in milliseconds, so a slower one counts as silent. */
const ASK_MS = 5_000;

/**
 * `adit pool --check`: checks whether a pool could run with the file, here and now, and asks its nodes. A node that does
 * not answer is a warning, because it may only be down for the moment.
 * @throws AditError `ADIT_BAD_CONFIG`, `ADIT_SECRET_FILE`, ...
 */
export async function checkPool(file: string): Promise<void> {
  const config = loadConfig(file);
  requireFiles(file, config);
  poolOptions(config);
  const cookies = cookieFaults(config);
  const [taken, nodes] = await Promise.all([
    takenAddresses(config),
    askNodes(config, { askMs: ASK_MS, advice: true }),
  ]);
  const faults = [...taken, ...cookies, ...nodes.faults];
  if (faults.length > 0) throw configError(file, faults);
  const ports = config.chain.reduce((sum, chain) => sum + chain.ports.length, 0);
  const notices = chainsByFamily(config).flatMap(([family, chains]) => family.notices(chains));
  const lines = [
    `${file} is right (chains: ${config.chain.length}, ports: ${ports})`,
    ...[
      ...nodes.silent,
      ...nodes.clocks,
      ...certificateNotes(config),
      ...surroundingNotes(config),
      ...(await secondPoolNotes(config)),
    ].map(({ key, message }) => `warning: ${key}: ${message}`),
    ...nodes.notes.map((note) => `note: ${note}`),
    ...notices.map(({ key, message }) => `note: ${key}: ${message}`),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}
