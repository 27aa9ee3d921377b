import type { RefusedBecause } from '@adit/net';
import type { Conduct } from '../conduct/conduct.ts';
import type { Offence } from '../conduct/options.ts';
import type { MinerConnection } from './miner-connection.ts';

/** The parts of a connection that matter here. */
type Miner = Pick<MinerConnection<never, never>, 'id' | 'connection' | 'tell'>;

export interface PortConductModules {
  readonly conduct: Conduct;
  /** This address was banned: the pool closes its connections on all ports. @param detail the text for the miners */
  readonly onBanned: (address: string, detail: string) => void;
}

/**
 * Refusals which show that the peer is not a miner. A handshake that breaks or does not end is not listed: a farm of
 * thousands on a bad line causes that again and again, and the rate of new connections bounds it.
 */
const BAD_HELLO: ReadonlySet<RefusedBecause> = new Set([
  'bad_proxy_header',
  'plain_on_tls',
  'tls_on_plain',
  'http',
]);

/** The texts for the person behind the miner. */
const WARNINGS: Readonly<Record<Offence, string>> = {
  invalid_solution: 'many of its solutions are wrong',
  wrong_nonce: 'many of its nonces meet no target that it was ever given',
  malformed: 'it sends lines that are not Stratum messages',
  oversize_line: 'it sends lines that are too long',
  unknown_method: 'it calls methods that this pool does not have',
  bad_hello: 'its connections do not begin as Stratum connections do',
  no_login: 'it connects and does not log in',
  flood: 'it sends far too many messages',
  unauthorized: 'its worker name or password is refused',
};

/** Acts on connections that misbehave: warns the miner, pauses or closes the connection, and has its address banned. */
export class PortConduct {
  readonly #modules: PortConductModules;

  constructor(modules: PortConductModules) {
    this.#modules = modules;
  }

  /** A connection did something that costs the pool. */
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

  /** The listener refused a connection before it had a session. @param address empty where it is not known */
  helloRefused(address: string, because: RefusedBecause): void {
    if (!BAD_HELLO.has(because) || address === '') return;
    const rung = this.#modules.conduct.offence(address, undefined, 'bad_hello', performance.now());
    if (rung === 'ban') this.#banned(address, 'bad_hello');
  }

  /** A request was refused. @returns for how many milliseconds the port should read nothing from the connection */
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
