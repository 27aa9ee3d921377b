import { CONNECTION_LIMITS } from '@adit/net';
import { CONDUCT_DEFAULTS, POOL_LIMITS } from '@adit/pool';
import { MESSAGE_LIMITS } from '@adit/stratum';
import { z } from 'zod';
import { network, number, whole, zeroOr } from './values.ts';
import { live, upgrade } from './when.ts';

const MOST = 1_000_000;
const count = (byDefault: number, about: string, least = 1) =>
  whole(least, MOST).default(byDefault).meta(live(about));
const perSecond = (byDefault: number, about: string) =>
  number(0.01, MOST).default(byDefault).meta(live(about));
const seconds = (byDefaultMs: number, about: string, least = 1, most = 86_400) =>
  number(least, most)
    .default(byDefaultMs / 1000)
    .meta(live(about));

/** The limits for what the outside may do to the pool. */
export const limitsSchema = z.strictObject({
  max_connections: count(CONNECTION_LIMITS.maxConnections, 'open connections on all ports together'),
  max_per_address: count(CONNECTION_LIMITS.maxPerAddress, 'open connections from one address'),
  max_per_network: count(CONNECTION_LIMITS.maxPerNetwork, 'open connections from one /24 (IPv6: /64)'),
  max_per_56: count(CONNECTION_LIMITS.maxPer56, 'open connections from one IPv6 /56'),
  max_per_48: count(CONNECTION_LIMITS.maxPer48, 'open connections from one IPv6 /48'),
  connections_per_second: perSecond(
    CONNECTION_LIMITS.connectionsPerSecond,
    'new connections a second, on average',
  ),
  connection_burst: count(CONNECTION_LIMITS.connectionBurst, 'new connections that may come at once'),
  address_connections_per_second: perSecond(
    CONNECTION_LIMITS.addressConnectionsPerSecond,
    'new connections a second from one address, on average (IPv6: from a /64; a /56 may have twice, a /48 four times as many)',
  ),
  address_connection_burst: count(
    CONNECTION_LIMITS.addressConnectionBurst,
    'new connections from one address that may come at once',
  ),
  hello_seconds: seconds(POOL_LIMITS.helloMs, 'time for PROXY header and TLS handshake'),
  subscribe_seconds: seconds(POOL_LIMITS.subscribeMs, 'time from the connection to mining.subscribe'),
  authorize_seconds: seconds(
    POOL_LIMITS.authorizeMs,
    'time from the connection to the first authorised worker',
  ),
  first_share_seconds: seconds(
    POOL_LIMITS.firstShareMs,
    'time from the connection to the first accepted share',
    10,
    604_800,
  ),
  idle_seconds: seconds(POOL_LIMITS.idleMs, 'time without any line from the miner', 10, 604_800),
  partial_line_seconds: seconds(POOL_LIMITS.partialLineMs, 'time from the first byte of a line to its end'),
  line_bytes: whole(4_096, 1 << 20)
    .default(POOL_LIMITS.lineBytes)
    .meta(
      live(
        'longest line that is read; a line above 16 KiB may only be a list of texts (at most 256 brackets and colons)',
      ),
    ),
  output_bytes: whole(65_536, 1 << 26)
    .default(POOL_LIMITS.outputBytes)
    .meta(live('output that may wait for a miner to read it')),
  login_per_second: perSecond(
    MESSAGE_LIMITS.login.perSecond,
    'subscribe and authorize messages a second of one connection, on average',
  ),
  login_burst: count(
    MESSAGE_LIMITS.login.burst,
    'subscribe and authorize messages of one connection that may come at once',
  ),
  submits_per_second: perSecond(
    MESSAGE_LIMITS.submit.perSecond,
    'submissions a second of one connection, on average; above that, its lines are read more slowly',
  ),
  submit_burst: count(MESSAGE_LIMITS.submit.burst, 'submissions of one connection that may come at once'),
  other_per_second: perSecond(
    MESSAGE_LIMITS.other.perSecond,
    'all other messages a second of one connection, on average',
  ),
  other_burst: count(MESSAGE_LIMITS.other.burst, 'other messages of one connection that may come at once'),
  pending_shares: whole(1, 1_024)
    .default(MESSAGE_LIMITS.pendingSubmissions)
    .meta(
      live(
        'submissions of one connection that may wait for their verdict; above that, no line of it is read',
      ),
    ),
});

export const bansSchema = z.strictObject({
  enabled: z
    .boolean()
    .default(CONDUCT_DEFAULTS.enabled)
    .meta(live('count offences, and act on them; bans by hand hold in any case')),
  warn_at: perSecond(CONDUCT_DEFAULTS.warnAt, 'points of a connection at which the pool warns it'),
  slow_at: perSecond(
    CONDUCT_DEFAULTS.slowAt,
    'points of a connection from which it must wait after each offence',
  ),
  disconnect_at: perSecond(CONDUCT_DEFAULTS.disconnectAt, 'points of a connection at which it is closed'),
  ban_at: perSecond(CONDUCT_DEFAULTS.banAt, 'points of an address at which it is banned'),
  slow_seconds: number(0.1, 60)
    .default(CONDUCT_DEFAULTS.slowMs / 1000)
    .meta(live('length of each such wait')),
  leak_per_second: perSecond(
    CONDUCT_DEFAULTS.leakPerSecond,
    'points that a connection or an address loses each second',
  ),
  ban_seconds: z
    .array(number(1, 31_622_400))
    .min(1)
    .max(16)
    .default([600, 3_600, 21_600, 86_400])
    .meta(
      upgrade('length of the first, second, ... ban of an address within a week; the last value repeats'),
    ),
  allow: z
    .array(network)
    .max(1_024)
    .default([])
    .meta(live('addresses and networks that are never disconnected or banned')),
});

export const sessionsSchema = z.strictObject({
  resume_seconds: zeroOr(1, 3_600)
    .default(POOL_LIMITS.resumeMs / 1000)
    .meta(live('time in which a session may be resumed after its connection was lost; 0: not at all')),
  max: whole(0, MOST)
    .default(POOL_LIMITS.resumable)
    .meta(
      live(
        'lost sessions of one port that are kept; beyond that the address (IPv6: the /48) with the most of them loses its oldest one',
      ),
    ),
});

export const outageSchema = z.strictObject({
  keep_minutes: number(1, 1_440)
    .default(POOL_LIMITS.outageMs / 60_000)
    .meta(live('time that miners stay connected while no node gives work')),
});
