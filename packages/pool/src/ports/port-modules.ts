import type { Census, ListenerTurns } from '@adit/net';
import type { AccountReader } from '@adit/stratum';
import type { BanList } from '../conduct/ban-list.ts';
import type { Conduct } from '../conduct/conduct.ts';
import type { OnPoolEvent } from '../events.ts';
import type { PayeeReader } from '../zcash/block-payee.ts';

/** The parts of the pool that a port needs. */
export interface PortModules<Engine> {
  readonly engine: Engine;
  readonly census: Census;
  /** Shared by all ports. Default: one of the port's own. */
  readonly turns?: ListenerTurns;
  readonly bans: BanList;
  readonly conduct: Conduct;
  readonly onEvent: OnPoolEvent;
  /** Numbers connections, for log and events. */
  readonly nextId: () => number;
  /** Reads the accounts of ports whose accounts are addresses; undefined where nobody can. */
  readonly readAccount?: AccountReader | undefined;
  /** Reads addresses that a coinbase can pay; undefined where nobody can. */
  readonly readPayee?: PayeeReader | undefined;
  /** This address was banned: the pool closes its connections on all ports. @param detail the text for the miners */
  readonly onBanned: (address: string, detail: string) => void;
}
