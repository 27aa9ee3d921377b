import type { Census, ListenerTurns } from '@adit/net';
import type { BanList } from '../conduct/ban-list.ts';
import type { Conduct } from '../conduct/conduct.ts';
import type { OnPoolEvent } from '../events.ts';

/** What a port needs of the pool. */
export interface PortModules<Engine> {
  readonly engine: Engine;
  readonly census: Census;
  /** Shared by all ports; one's own where left out. */
  readonly turns?: ListenerTurns;
  readonly bans: BanList;
  readonly conduct: Conduct;
  readonly onEvent: OnPoolEvent;
  /** Numbers connections, for log and events. */
  readonly nextId: () => number;
  /** This address has been banned: its connections on all ports have to go. @param detail what they are told */
  readonly onBanned: (address: string, detail: string) => void;
}
