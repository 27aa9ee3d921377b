import type { Server } from 'node:net';
import { HeldAddress } from '@adit/net';
import { hostAndPort } from '../config/port-options.ts';

export interface WantedAddresses {
  /** `host:port` by the name of the port. */
  readonly ports: ReadonlyMap<string, string>;
  /** Undefined if there is none, or if the former process still has it. */
  readonly admin: string | undefined;
}

export interface ReservedAddressesModules {
  /** Makes the error for an address that cannot be opened, out of that of the socket. */
  readonly refusal: (listen: string, error: unknown) => Error;
}

/**
 * Reserves the addresses of a pool that is about to start, so that a start without one of them fails before it makes
 * anything in the data folder or admits a miner. Miners that connect too early wait. A free port (`:0`) cannot be in
 * use, and is not reserved.
 */
export class ReservedAddresses {
  readonly #ports: ReadonlyMap<string, HeldAddress>;
  readonly #admin: HeldAddress | undefined;

  private constructor(ports: ReadonlyMap<string, HeldAddress>, admin: HeldAddress | undefined) {
    this.#ports = ports;
    this.#admin = admin;
  }

  /** @throws what `refusal` makes; all addresses have then been released */
  static async reserve(
    { ports, admin }: WantedAddresses,
    { refusal }: ReservedAddressesModules,
  ): Promise<ReservedAddresses> {
    const held = new Map<string, HeldAddress>();
    try {
      for (const [name, listen] of ports) {
        const address = await hold(listen, refusal);
        if (address !== undefined) held.set(name, address);
      }
      return new ReservedAddresses(held, admin === undefined ? undefined : await hold(admin, refusal));
    } catch (error) {
      for (const one of held.values()) await one.close();
      throw error;
    }
  }

  /** The servers for `Pool.listen`. Call `admit` after it. */
  get servers(): ReadonlyMap<string, Server> {
    return new Map([...this.#ports].map(([name, { server }]) => [name, server]));
  }

  /**
   * Releases the admin address, which its server opens next. A request that arrived before is closed, and must be
   * repeated.
   */
  async leaveAdmin(): Promise<void> {
    await this.#admin?.close();
  }

  /**
   * Hands waiting connections to the ports, which are served now.
   * @param servers by the names of the ports
   */
  admit(servers: ReadonlyMap<string, Server>): void {
    for (const [name, held] of this.#ports) {
      const server = servers.get(name);
      if (server !== undefined) held.release(server);
    }
  }

  /** Releases all addresses that are still held. */
  async close(): Promise<void> {
    await this.#admin?.close();
    for (const held of this.#ports.values()) await held.close();
  }
}

async function hold(
  listen: string,
  refusal: ReservedAddressesModules['refusal'],
): Promise<HeldAddress | undefined> {
  const address = hostAndPort(listen);
  if (address.port === 0) return undefined;
  try {
    return await HeldAddress.bind(address);
  } catch (error) {
    throw refusal(listen, error);
  }
}
