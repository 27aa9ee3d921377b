import type { ConductOptions, PoolLimits } from '@adit/pool';
import type { Config } from './schema.ts';

/** [limits], [sessions] and [outage] as options of the pool, in milliseconds. */
export function poolLimits({ limits, sessions, outage }: Config): PoolLimits {
  const ms = (seconds: number) => Math.round(seconds * 1000);
  return {
    connections: {
      maxConnections: limits.max_connections,
      maxPerAddress: limits.max_per_address,
      maxPerNetwork: limits.max_per_network,
      maxPer56: limits.max_per_56,
      maxPer48: limits.max_per_48,
      connectionsPerSecond: limits.connections_per_second,
      connectionBurst: limits.connection_burst,
      addressConnectionsPerSecond: limits.address_connections_per_second,
      addressConnectionBurst: limits.address_connection_burst,
    },
    messages: {
      login: { perSecond: limits.login_per_second, burst: limits.login_burst },
      submit: { perSecond: limits.submits_per_second, burst: limits.submit_burst },
      other: { perSecond: limits.other_per_second, burst: limits.other_burst },
      pendingSubmissions: limits.pending_shares,
    },
    helloMs: ms(limits.hello_seconds),
    subscribeMs: ms(limits.subscribe_seconds),
    authorizeMs: ms(limits.authorize_seconds),
    firstShareMs: ms(limits.first_share_seconds),
    idleMs: ms(limits.idle_seconds),
    partialLineMs: ms(limits.partial_line_seconds),
    lineBytes: limits.line_bytes,
    outputBytes: limits.output_bytes,
    resumeMs: ms(sessions.resume_seconds),
    resumable: sessions.max,
    outageMs: ms(outage.keep_minutes * 60),
  };
}

/** [bans] as options of the pool. */
export function conductOptions({ bans }: Config): ConductOptions {
  return {
    enabled: bans.enabled,
    warnAt: bans.warn_at,
    slowAt: bans.slow_at,
    slowMs: Math.round(bans.slow_seconds * 1000),
    disconnectAt: bans.disconnect_at,
    banAt: bans.ban_at,
    leakPerSecond: bans.leak_per_second,
  };
}
