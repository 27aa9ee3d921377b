import { AditError, type AditErrorCode } from '@adit/primitives';

/**
 * The exit statuses of `adit`, by what is wrong: a script or a service manager can tell a mistake in a file, which a
 * new start repeats, from a pool that is not there at the moment. The numbers are those of BSD's sysexits.h. `adit probe`
 * has statuses of its own.
 */
export const EXIT = {
  /** Something failed that no other status names, or a fault of the program. */
  failed: 1,
  /** The command line, or an environment variable that stands for an option, is wrong. */
  usage: 64,
  /** A pool, a node or the running pool's control socket could not be reached, or refused. */
  unavailable: 69,
  /** A file, a folder or an address cannot be used. */
  cannotCreate: 73,
  /** The configuration, or a file that it names, is wrong. */
  config: 78,
} as const;

const STATUS: Partial<Record<AditErrorCode, keyof typeof EXIT>> = {
  ADIT_BAD_OPTION: 'usage',
  ADIT_BAD_ADDRESS: 'usage',
  ADIT_BAD_BAN: 'usage',
  ADIT_BAD_URL: 'usage',
  ADIT_NOT_LOOPBACK: 'usage',
  ADIT_UNKNOWN_CHAIN: 'usage',
  ADIT_NO_POOL: 'unavailable',
  ADIT_NO_POOL_RUNS: 'unavailable',
  ADIT_CONTROL: 'unavailable',
  ADIT_REFUSED: 'unavailable',
  ADIT_CANNOT_LISTEN: 'cannotCreate',
  ADIT_ADMIN_LISTEN: 'cannotCreate',
  ADIT_BACKUP_PLACE: 'cannotCreate',
  ADIT_CANNOT_WRITE: 'cannotCreate',
  ADIT_CONTROL_IN_USE: 'cannotCreate',
  ADIT_DATA_FOLDER: 'cannotCreate',
  ADIT_BAD_CONFIG: 'config',
  ADIT_SECRET_FILE: 'config',
  ADIT_SECRET_ENV: 'config',
  ADIT_TLS_FILES: 'config',
  ADIT_CONTROL_PATH: 'config',
  ADIT_UNKNOWN_GROUP: 'config',
  ADIT_UNLIKE_PORTS: 'config',
  ADIT_ADMIN_HOST: 'config',
  ADIT_BAD_CONDUCT: 'config',
  ADIT_BAD_COINBASE_TEXT: 'config',
  ADIT_WRONG_NETWORK: 'config',
  ADIT_LISTEN_FDS: 'config',
};

/** The exit status for an error that ends a command. */
export function exitStatusOf(error: unknown): number {
  return EXIT[(error instanceof AditError ? STATUS[error.code] : undefined) ?? 'failed'];
}
