import { AditError } from '@adit/primitives';
import { accountAddressFaults } from '../check/account-addresses.ts';
import { blockPayeeFaults } from '../check/block-payees.ts';
import { certificateNotes } from '../check/certificates.ts';
import { cookieFaults } from '../check/cookie-files.ts';
import { dataFolderFaults, diskNotes } from '../check/data-folder.ts';
import { checkLedgerDatabase } from '../check/ledger-database.ts';
import { askNodes } from '../check/nodes.ts';
import { rewardAddressFaults } from '../check/reward-addresses.ts';
import { secondPoolNotes } from '../check/second-pool.ts';
import { surroundingNotes } from '../check/surroundings.ts';
import { takenAddresses } from '../check/taken-addresses.ts';
import { walletKeyFaults } from '../check/wallet-keys.ts';
import { chainsByFamily } from '../config/families.ts';
import { configError, faultLines } from '../config/faults.ts';
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
  const [taken, books, nodes] = await Promise.all([
    takenAddresses(config),
    checkLedgerDatabase(config, file),
    askNodes(config, { askMs: ASK_MS, advice: true }),
  ]);
  const unusable = dataFolderFaults(config);
  const wrong = [
    ...cookies,
    ...nodes.faults,
    ...books.faults,
    ...(await rewardAddressFaults(config)),
    ...(await accountAddressFaults(config)),
    ...(await blockPayeeFaults(config)),
    ...(await walletKeyFaults(config)),
  ];
  if (wrong.length > 0) throw configError(file, [...taken, ...unusable, ...wrong]);
  // The file is right, and this machine is not: the code and the status are those of `adit pool`.
  if (taken.length + unusable.length > 0) {
    const code = taken.length > 0 ? 'ADIT_CANNOT_LISTEN' : 'ADIT_DATA_FOLDER';
    throw new AditError(code, faultLines(file, [...taken, ...unusable]));
  }
  const ports = config.chain.reduce((sum, chain) => sum + chain.ports.length, 0);
  const asked = config.chain.reduce((sum, chain) => sum + chain.nodes.length, 0);
  const notices = chainsByFamily(config).flatMap(([family, chains]) => family.notices(chains));
  const lines = [
    `${file} is right${butSilent(nodes.silent.length, asked)} (chains: ${config.chain.length}, ports: ${ports})`,
    ...[
      ...nodes.silent,
      ...nodes.clocks,
      ...books.warnings,
      ...certificateNotes(config),
      ...surroundingNotes(config),
      ...(await secondPoolNotes(config)),
      ...(await diskNotes(config)),
    ].map(({ key, message }) => `warning: ${key}: ${message}`),
    ...books.notes.map((note) => `note: ${note}`),
    ...nodes.notes.map((note) => `note: ${note}`),
    ...notices.map(({ key, message }) => `note: ${key}: ${message}`),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** A file may be right and its password wrong: only the node can tell. */
function butSilent(silent: number, nodes: number): string {
  if (silent === 0) return '';
  return nodes === 1
    ? ', but its node could not be asked'
    : `, but ${silent} of its ${nodes} nodes could not be asked`;
}
