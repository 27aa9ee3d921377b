import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BlockState, PoolEvent, PoolStatus } from '@adit/pool';
import { PoolMetrics } from '../src/metrics.ts';
import { POOL_EVENTS, poolEvents } from './support/pool-events.ts';
import { poolStatus } from './support/pool-status.ts';
import { metricsAfter } from './support/samples.ts';

test('open connections come from the status, and accepted and ended ones from events', async () => {
  const { of } = await metricsAfter(poolEvents(), poolStatus());
  assert.equal(of('adit_connections{port="asic"}'), 12);
  assert.equal(of('adit_miners{port="asic"}'), 10);
  assert.equal(of('adit_connections{port="true"}'), 2);
  assert.equal(of('adit_connections_opened_total{port="asic"}'), 2);
  assert.equal(of('adit_connections_closed_total{port="asic",because="left"}'), 1);
  assert.equal(of('adit_reads_paused_total{port="asic"}'), 2);
  assert.equal(of('adit_connections_refused_total{port="asic",because="address_limit"}'), 1);
  assert.equal(of('adit_subscribed_total{port="asic"}'), 1);
  assert.equal(of('adit_authorized_total{port="asic"}'), 1);
  assert.equal(of('adit_sessions_resumable'), 8);
});

test('each scrape adds to the messages what the pool has counted since', async () => {
  let status = poolStatus();
  const metrics = new PoolMetrics({ version: '1' }, { status: () => status });
  try {
    await metrics.text();
    assert.match(await metrics.text(), /^adit_messages_total\{port="asic",kind="submit"\} 100$/m);
    const [asic] = status.ports;
    assert.ok(asic !== undefined);
    status = poolStatus({ ports: [{ ...asic, messages: { ...asic.messages, submit: 130 } }] });
    const text = await metrics.text();
    assert.match(text, /^adit_messages_total\{port="asic",kind="submit"\} 130$/m);
    assert.doesNotMatch(text, /^adit_messages_total\{port="true"/m, 'a removed port has no series');
  } finally {
    metrics.close();
  }
});

test('shares are counted with their weight if accepted, by reason if refused, and apart from other requests', async () => {
  const { of } = await metricsAfter(poolEvents(), poolStatus());
  assert.equal(of('adit_shares_accepted_total{chain="zcash",port="asic"}'), 2);
  assert.equal(of('adit_shares_weight_total{chain="zcash"}'), 2 ** 61);
  assert.equal(of('adit_shares_rejected_total{chain="zcash",port="asic",reason="low_difficulty"}'), 1);
  assert.equal(of('adit_shares_rejected_total{chain="zcash",port="asic",reason="invalid_solution"}'), 1);
  assert.equal(of('adit_shares_rejected_total{chain="zcash",port="asic",reason="unauthorized"}'), 0);
  assert.equal(of('adit_requests_refused_total{port="asic",reason="unauthorized"}'), 1);
  assert.equal(of('adit_target_changes_total{port="asic"}'), 1);
});

test('the share time is in seconds, and leaves out shares that the session refused by itself', async () => {
  const { of } = await metricsAfter(poolEvents(), poolStatus());
  assert.equal(of('adit_share_seconds_count{chain="zcash",verdict="accepted"}'), 2);
  assert.equal(of('adit_share_seconds_bucket{le="0.01",chain="zcash",verdict="accepted"}'), 1);
  assert.equal(of('adit_share_seconds_bucket{le="0.5",chain="zcash",verdict="accepted"}'), 2);
  assert.equal(of('adit_share_seconds_count{chain="zcash",verdict="rejected"}'), 1);
});

test('nodes have height, state and latency, and work has height, age and outages', async () => {
  const { of } = await metricsAfter(poolEvents(), poolStatus());
  assert.equal(of('adit_chain_height{chain="zcash"}'), 3_428_150);
  assert.equal(of('adit_chain_height{chain="truechain"}'), undefined, 'an unknown height has no series');
  assert.equal(of('adit_work_age_seconds{chain="zcash"}'), 2.5);
  assert.equal(of('adit_work_age_seconds{chain="truechain"}'), undefined);
  assert.equal(of('adit_outage_seconds{chain="zcash"}'), 0);
  assert.equal(of('adit_outage_seconds{chain="truechain"}'), 7);
  assert.equal(of('adit_node_state{chain="zcash",node="spare:8232",state="down"}'), 1);
  assert.equal(of('adit_node_state{chain="zcash",node="spare:8232",state="ready"}'), 0);
  assert.equal(of('adit_node_height{chain="zcash",node="zebra:8232"}'), 3_428_149);
  assert.equal(of('adit_node_lag_blocks{chain="zcash",node="zebra:8232"}'), 0);
  assert.equal(of('adit_node_lag_blocks{chain="zcash",node="late:8232"}'), 324);
  assert.equal(of('adit_node_lag_blocks{chain="zcash",node="spare:8232"}'), undefined);
  assert.equal(of('adit_node_state{chain="zcash",node="late:8232",state="wrong_network"}'), 0);
  assert.equal(of('adit_node_latency_seconds{chain="zcash",node="zebra:8232"}'), 0.003);
  assert.equal(of('adit_work_total{chain="zcash",clean="true"}'), 1);
  assert.equal(of('adit_work_total{chain="zcash",clean="false"}'), 1);
  assert.equal(of('adit_outages_total{chain="zcash"}'), 1, 'the end of an outage is not another outage');
  assert.equal(of('adit_node_disagreements_total{chain="zcash"}'), 1);
});

test('the series of a removed node vanish', async () => {
  let status = poolStatus();
  const metrics = new PoolMetrics({ version: '1' }, { status: () => status });
  try {
    assert.match(await metrics.text(), /node="spare:8232"/);
    status = poolStatus({
      chains: status.chains.map((chain) => ({ ...chain, nodes: chain.nodes.slice(0, 1) })),
    });
    assert.doesNotMatch(await metrics.text(), /node="spare:8232"/);
  } finally {
    metrics.close();
  }
});

test('jobs have the time to reach all connections, and the longest slice', async () => {
  const { of } = await metricsAfter(poolEvents(), poolStatus());
  assert.equal(of('adit_job_fanout_seconds_sum{port="asic",clean="true"}'), 0.03);
  assert.equal(of('adit_job_fanout_longest_slice_seconds_bucket{le="0.003",port="asic"}'), 0);
  assert.equal(of('adit_job_fanout_longest_slice_seconds_bucket{le="0.005",port="asic"}'), 1);
});

test('blocks and fruits are counted when found, by the answers of nodes, and by their state', async () => {
  const { of } = await metricsAfter(poolEvents(), poolStatus());
  assert.equal(of('adit_blocks_found_total{chain="zcash",what="block"}'), 1);
  assert.equal(of('adit_blocks_found_total{chain="truechain",what="fruit"}'), 1);
  assert.equal(of('adit_blocks_submitted_total{chain="zcash",what="block",answer="accepted"}'), 1);
  assert.equal(of('adit_blocks_submitted_total{chain="truechain",what="fruit",answer="refused"}'), 1);
  assert.equal(of('adit_blocks_state_total{chain="zcash",state="best_chain"}'), 1);
});

test('the verifier has its queue, the age of the oldest proof, batches and lost threads', async () => {
  const { of } = await metricsAfter(poolEvents(), poolStatus());
  assert.equal(of('adit_verifier_queue'), 4);
  assert.equal(of('adit_verifier_oldest_seconds'), 0.02);
  assert.equal(of('adit_verifier_threads'), 2);
  assert.equal(of('adit_verifier_tasks_total'), 16);
  assert.equal(of('adit_verifier_wait_seconds_sum'), 0.003);
  assert.equal(of('adit_verifier_work_seconds_sum'), 0.002);
  assert.equal(of('adit_verifier_threads_lost_total'), 1);
});

test('the journal has commits, waiting shares, and whether it is broken', async () => {
  const { of } = await metricsAfter(poolEvents(), poolStatus());
  assert.equal(of('adit_journal_shares_total'), 7);
  assert.equal(of('adit_journal_commit_seconds_count'), 2);
  assert.equal(of('adit_journal_waiting'), 6);
  assert.equal(of('adit_journal_broken'), 0);
  const broken = await metricsAfter(
    [],
    poolStatus({ journal: { problem: 'the disk is full', cause: 'commit_failed', waiting: 0, faults: [] } }),
  );
  assert.equal(broken.of('adit_journal_broken'), 1);
});

test('protection has measures by offence, bans, and other problems', async () => {
  const { of } = await metricsAfter(poolEvents(), poolStatus());
  assert.equal(of('adit_conduct_total{rung="slow",offence="invalid_solution"}'), 1);
  assert.equal(of('adit_conduct_total{rung="ban",offence="flood"}'), 1);
  assert.equal(of('adit_conduct_total{rung="ban",offence="bad_hello"}'), 0);
  assert.equal(of('adit_bans'), 2);
  assert.equal(of('adit_bans_lifted_total'), 1);
  const problems = poolEvents().flatMap((event) => (event.kind === 'problem' ? event.cause : []));
  for (const cause of problems)
    assert.equal(
      of(`adit_problems_total{cause="${cause}"}`),
      problems.filter((other) => other === cause).length,
    );
  assert.equal(of('adit_problems_total{cause="certificate_ends"}'), 0, 'each cause is shown from the start');
  assert.equal(of('adit_bans_unsaved'), 3);
});

test('the process has version, readiness, start, memory and the delay of the event loop', async () => {
  const status: PoolStatus = poolStatus({
    ready: false,
    notReady: ['zcash has no work yet'],
    draining: true,
  });
  const { of, families } = await metricsAfter([], status);
  assert.equal(of(`adit_build_info{version="9.9.9",node="${process.versions.node}"}`), 1);
  assert.equal(of('adit_ready'), 0);
  assert.equal(of('adit_draining'), 1);
  assert.equal(of('adit_start_time_seconds'), 1_700_000_000);
  assert.ok((of('process_resident_memory_bytes') ?? 0) > 1e6);
  const quantiles = families.get('adit_event_loop_delay_seconds')?.samples;
  assert.deepEqual(
    [...(quantiles?.keys() ?? [])].map((key) => /quantile="([\d.]+)"/.exec(key)?.[1]),
    ['0.5', '0.99', '0.999', '1'],
  );
});

test('a counter is 0 before its first event, so that rate() sees that event', async () => {
  const { of } = await metricsAfter([], poolStatus());
  assert.equal(of('adit_shares_accepted_total{chain="zcash",port="asic"}'), 0);
  assert.equal(of('adit_shares_rejected_total{chain="truechain",port="true",reason="invalid_solution"}'), 0);
  assert.equal(of('adit_connections_refused_total{port="true",because="banned"}'), 0);
  assert.equal(of('adit_blocks_submitted_total{chain="zcash",what="block",answer="refused"}'), 0);
  assert.equal(of('adit_blocks_found_total{chain="zcash",what="fruit"}'), undefined, 'Zcash has no fruits');
  assert.equal(of('adit_conduct_total{rung="ban",offence="invalid_solution"}'), 0);
  assert.equal(of('adit_outages_total{chain="zcash"}'), 0);
});

test('events before the first scrape are counted', async () => {
  const { of } = await metricsAfter(POOL_EVENTS.share_accepted, poolStatus());
  assert.equal(of('adit_shares_accepted_total{chain="zcash",port="asic"}'), 2);
});

test('two instances share nothing', async () => {
  const events: readonly PoolEvent[] = POOL_EVENTS.share_accepted;
  const first = await metricsAfter(events, poolStatus());
  const second = await metricsAfter([], poolStatus());
  assert.equal(first.of('adit_shares_accepted_total{chain="zcash",port="asic"}'), 2);
  assert.equal(second.of('adit_shares_accepted_total{chain="zcash",port="asic"}'), 0);
});

test('workers, addresses and agents never become labels, and labels are closed lists', async () => {
  const strange: PoolEvent[] = [
    {
      kind: 'block_state',
      chain: 'zcash',
      what: 'block',
      height: 10,
      id: 'b1',
      // No family can say so: the type forbids it. The labels stay closed all the same.
      state: 'made up' as string as BlockState,
      confirmations: 0,
    },
  ];
  const { text, of } = await metricsAfter([...poolEvents(), ...strange], poolStatus());
  for (const secret of ['alice', 'bob', '203.0.113.77', 'secret-agent', 'made up'])
    assert.ok(!text.includes(secret), `${secret} is in the metrics`);
  assert.equal(of('adit_blocks_state_total{chain="zcash",state="other"}'), 1);
});

test('every metric of Adit has a help text, and its name follows the rules of Prometheus', async () => {
  const { families } = await metricsAfter(poolEvents(), poolStatus());
  const ours = [...families.values()].filter(({ name }) => name.startsWith('adit_'));
  assert.ok(ours.length > 40);
  for (const { name, type, help } of ours) {
    assert.match(name, /^adit_[a-z]+(_[a-z]+)*$/);
    assert.equal(name.endsWith('_total'), type === 'counter', `${name} is a ${type}`);
    if (type === 'histogram') assert.match(name, /_seconds$/);
    assert.ok(help.length >= 10, name);
  }
});

test('two ports take at most a thousand series', async () => {
  const { families } = await metricsAfter(poolEvents(), poolStatus());
  const series = [...families.values()].reduce((sum, { samples }) => sum + samples.size, 0);
  assert.ok(series < 1_000, `${series}`);
});
