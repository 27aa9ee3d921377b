import type { PoolEvent } from '@adit/pool';
import { list, ms, object, optional, text, whole, word, yesNo } from './format.ts';
import type { Lines } from './line.ts';
import { plain } from './plain.ts';

type Kind = 'work' | 'broadcast' | 'node' | 'outage' | 'nodes_disagree' | 'block_pay' | 'payee_refused';
type NodeStatus = Extract<PoolEvent, { kind: 'node' }>['status'];
type Tip = Extract<PoolEvent, { kind: 'nodes_disagree' }>['tips'][number];

export const WORK_LINES: Lines<PoolEvent, Kind> = {
  work: {
    when: 'work came; info where it is clean',
    levels: ['info', 'debug'],
    fields: {
      chain: text,
      workId: text,
      height: optional(whole),
      clean: yesNo,
      transactions: optional(whole),
    },
    say: ({ chain, clean, height }) => ({
      level: clean ? 'info' : 'debug',
      text: `${chain}: ${clean ? 'new work' : 'refreshed work'}${height === undefined ? '' : ` at height ${height}`}`,
    }),
    gather: undefined,
  },
  broadcast: {
    when: 'a job has reached every connection of a port',
    levels: ['debug'],
    fields: { chain: text, port: text, clean: yesNo, connections: whole, ms, longestSliceMs: ms },
    say: ({ port, connections }) => ({
      level: 'debug',
      text: `${port}: a job has reached ${connections} connections`,
    }),
    gather: undefined,
  },
  node: {
    when: 'something about a node changed; `cause` is one of [these](#causes-of-a-node). Debug where only `height`, `latencyMs` and `lag` changed (`news` false); otherwise info where the state is `ready`, and warn',
    levels: ['info', 'warn', 'debug'],
    fields: {
      chain: text,
      status: object<NodeStatus>({
        node: text,
        state: word,
        cause: word,
        detail: text,
        height: optional(whole),
        latencyMs: optional(ms),
        lag: optional(whole),
      }),
      news: yesNo,
    },
    say: ({ chain, news, status }) => ({
      level: news ? (status.state === 'ready' ? 'info' : 'warn') : 'debug',
      text: `${chain}: node ${status.node} is ${status.state}: ${plain(status.detail)}`,
    }),
    gather: undefined,
  },
  outage: {
    when: 'no node gives work since then; without `sinceMs` one does again',
    levels: ['info', 'error'],
    fields: { chain: text, sinceMs: optional(ms) },
    say: ({ chain, sinceMs }) =>
      sinceMs === undefined
        ? { level: 'info', text: `${chain}: a node gives work again` }
        : { level: 'error', text: `${chain}: no node gives work` },
    gather: undefined,
  },
  nodes_disagree: {
    when: 'nodes name different blocks at one height',
    levels: ['error'],
    fields: { chain: text, height: whole, tips: list(object<Tip>({ node: text, hash: text })) },
    say: ({ chain, height }) => ({
      level: 'error',
      text: `${chain}: the nodes disagree about the block at height ${height}`,
    }),
    gather: undefined,
  },
  block_pay: {
    when: 'coinbases cannot pay anybody but the operator, for the cause `off` ([these](block-pays.md#when-a-block-pays-the-operator)); without `off` they can again',
    levels: ['info', 'error'],
    fields: { chain: text, off: optional(word), detail: text },
    say: ({ chain, off, detail }) =>
      off === undefined
        ? { level: 'info', text: `${chain}: blocks pay the addresses of their miners again` }
        : { level: 'error', text: `${chain}: blocks pay the operator alone: ${plain(detail)}` },
    gather: undefined,
  },
  payee_refused: {
    when: 'the node refused a block that pays this address, so its miners work for the operator',
    levels: ['error'],
    fields: { chain: text, port: text, account: text, detail: text },
    say: ({ port, account, detail }) => ({
      level: 'error',
      text: `${port}: the node takes no block that pays ${plain(account)}: ${plain(detail)}`,
    }),
    gather: undefined,
  },
};
