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
  max_connections: count(CONNECTION_LIMITS.maxConnections, 'connections on all ports together'),
  max_per_address: count(CONNECTION_LIMITS.maxPerAddress, 'connections of one address'),
  max_per_network: count(CONNECTION_LIMITS.maxPerNetwork, 'connections of one /24 (IPv6: /64)'),
  max_per_56: count(CONNECTION_LIMITS.maxPer56, 'connections of one /56 of IPv6'),
  max_per_48: count(CONNECTION_LIMITS.maxPer48, 'connections of one /48 of IPv6'),
  connections_per_second: perSecond(
    CONNECTION_LIMITS.connectionsPerSecond,
    'new connections, over a long time',
  ),
  connection_burst: count(CONNECTION_LIMITS.connectionBurst, 'and how many may come at once'),
  address_connections_per_second: perSecond(
    CONNECTION_LIMITS.addressConnectionsPerSecond,
    'new connections of one address (IPv6: /64; a /56 twice, a /48 four times as many)',
  ),
  address_connection_burst: count(CONNECTION_LIMITS.addressConnectionBurst, 'and how many may come at once'),
  hello_seconds: seconds(POOL_LIMITS.helloMs, 'for PROXY header and TLS handshake'),
  subscribe_seconds: seconds(POOL_LIMITS.subscribeMs, 'from the connection to mining.subscribe'),
  authorize_seconds: seconds(POOL_LIMITS.authorizeMs, 'from the connection to the first worker'),
  first_share_seconds: seconds(
    POOL_LIMITS.firstShareMs,
    'from the connection to the first accepted share',
    10,
    604_800,
  ),
  idle_seconds: seconds(POOL_LIMITS.idleMs, 'without any line', 10, 604_800),
  partial_line_seconds: seconds(POOL_LIMITS.partialLineMs, 'from the first byte of a line to its end'),
  line_bytes: whole(4_096, 1 << 20)
    .default(POOL_LIMITS.lineBytes)
    .meta(live('longest line that is read; beyond 16 KiB only lists of texts are (256 brackets and colons)')),
  output_bytes: whole(65_536, 1 << 26)
    .default(POOL_LIMITS.outputBytes)
    .meta(live('what may wait for a miner to read it')),
  login_per_second: perSecond(MESSAGE_LIMITS.login.perSecond, 'subscribe and authorize, for one connection'),
  login_burst: count(MESSAGE_LIMITS.login.burst, 'and how many may come at once'),
  submits_per_second: perSecond(
    MESSAGE_LIMITS.submit.perSecond,
    'submissions of one connection; beyond, it is read more slowly',
  ),
  submit_burst: count(MESSAGE_LIMITS.submit.burst, 'and how many may come at once'),
  other_per_second: perSecond(MESSAGE_LIMITS.other.perSecond, 'all other messages of one connection'),
  other_burst: count(MESSAGE_LIMITS.other.burst, 'and how many may come at once'),
  pending_shares: whole(1, 1_024)
    .default(MESSAGE_LIMITS.pendingSubmissions)
    .meta(live('submissions of one connection that may wait for their verdict; beyond, it is not read')),
});

export const bansSchema = z.strictObject({
  enabled: z
    .boolean()
    .default(CONDUCT_DEFAULTS.enabled)
    .meta(live('count what miners cost; bans by hand hold in any case')),
  warn_at: perSecond(CONDUCT_DEFAULTS.warnAt, 'points of a connection at which it is warned'),
  slow_at: perSecond(CONDUCT_DEFAULTS.slowAt, 'from which each offence makes it wait'),
  disconnect_at: perSecond(CONDUCT_DEFAULTS.disconnectAt, 'at which it is closed'),
  ban_at: perSecond(CONDUCT_DEFAULTS.banAt, 'points of an address at which it is banned'),
  slow_seconds: number(0.1, 60)
    .default(CONDUCT_DEFAULTS.slowMs / 1000)
    .meta(live('how long it waits each time')),
  leak_per_second: perSecond(CONDUCT_DEFAULTS.leakPerSecond, 'points that are forgotten'),
  ban_seconds: z
    .array(number(1, 31_622_400))
    .min(1)
    .max(16)
    .default([600, 3_600, 21_600, 86_400])
    .meta(upgrade('length of the first, second, ... ban within a week; the last one repeats')),
  allow: z
    .array(network)
    .max(1_024)
    .default([])
    .meta(live('addresses and networks that are never disconnected or banned')),
});

export const sessionsSchema = z.strictObject({
  resume_seconds: zeroOr(1, 3_600)
    .default(POOL_LIMITS.resumeMs / 1000)
    .meta(live('how long a session may be resumed after its connection was lost; 0: not at all')),
  max: whole(0, MOST)
    .default(POOL_LIMITS.resumable)
    .meta(live('sessions of one port that wait to be resumed')),
});

export const outageSchema = z.strictObject({
  keep_minutes: number(1, 1_440)
    .default(POOL_LIMITS.outageMs / 60_000)
    .meta(live('miners are kept so long while no node gives work')),
});
