import type { RefusedBecause } from '@adit/net';
import type { Conduct } from '../conduct/conduct.ts';
import type { Offence } from '../conduct/options.ts';
import type { MinerConnection } from './miner-connection.ts';

/** What of a connection matters here. */
type Miner = Pick<MinerConnection<never, never>, 'id' | 'connection' | 'tell'>;

export interface PortConductModules {
  readonly conduct: Conduct;
  /** This address has been banned: its connections on all ports have to go. @param detail what they are told */
  readonly onBanned: (address: string, detail: string) => void;
}

/**
 * Costs nobody anything by itself, and shows that nobody mines here. A handshake that breaks or does not end is not listed: on
 * a bad line a farm of thousands causes that again and again, and the rate of new connections bounds it.
 */
const BAD_HELLO: ReadonlySet<RefusedBecause> = new Set([
  'bad_proxy_header',
  'plain_on_tls',
  'tls_on_plain',
  'http',
]);

/** What the person behind the miner reads. */
const WARNINGS: Readonly<Record<Offence, string>> = {
  invalid_solution: 'many of its solutions are wrong',
  wrong_nonce: 'many of its nonces meet no target that it was ever given',
  malformed: 'it sends lines that are no Stratum messages',
  oversize_line: 'it sends lines that are too long',
  unknown_method: 'it calls methods that this pool does not have',
  bad_hello: 'its connections begin with what is not Stratum',
  no_login: 'it connects and does not log in',
  flood: 'it sends far too many messages',
  unauthorized: 'its worker name or password is refused',
};

/** What a port does about connections that misbehave: it warns, slows down, disconnects, and has addresses banned. */
export class PortConduct {
  readonly #modules: PortConductModules;

  constructor(modules: PortConductModules) {
    this.#modules = modules;
  }

  /** A connection, or a miner behind it, did something that costs others. */
  offence(miner: Miner, what: Offence): void {
    const { conduct } = this.#modules;
    const rung = conduct.offence(miner.connection.remoteAddress, miner.id, what, performance.now());
    if (rung === 'warn') miner.tell(`Please check this miner: ${WARNINGS[what]}`);
    else if (rung === 'slow') miner.connection.pauseFor(conduct.slowMs);
    else if (rung === 'disconnect') {
      miner.tell(`Closed: ${WARNINGS[what]}`);
      miner.connection.close({ cause: 'conduct', detail: WARNINGS[what] });
    } else if (rung === 'ban') this.#banned(miner.connection.remoteAddress, what, miner);
  }

  /** The listener refused a connection before there was a session. @param address empty where it is not known */
  helloRefused(address: string, because: RefusedBecause): void {
    if (!BAD_HELLO.has(because) || address === '') return;
    const rung = this.#modules.conduct.offence(address, undefined, 'bad_hello', performance.now());
    if (rung === 'ban') this.#banned(address, 'bad_hello');
  }

  /** A submission was refused. @returns for how many milliseconds the connection is to be read no further */
  refused(miner: Miner): number {
    return this.#modules.conduct.refused(miner.connection.remoteAddress, miner.id, performance.now());
  }

  accepted(miner: Miner): void {
    this.#modules.conduct.accepted(miner.connection.remoteAddress, miner.id);
  }

  left(miner: Miner): void {
    this.#modules.conduct.left(miner.id);
  }

  #banned(address: string, what: Offence, miner?: Miner): void {
    const detail = `Banned for a time: ${WARNINGS[what]}`;
    miner?.tell(detail);
    miner?.connection.close({ cause: 'banned', detail });
    this.#modules.onBanned(address, detail);
  }
}
