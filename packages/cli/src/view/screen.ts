import type { ChainView } from './pool-view.ts';

export interface ScreenChain extends ChainView {
  readonly unit: 'Sol/s' | 'H/s';
  /** The finds that the chain may have, as the pool's status lists them; see `ChainStatus`. */
  readonly finds: readonly string[];
  /** The miner's own count. */
  readonly minerRate: number;
  /** What the node has accepted, by its own count. */
  readonly nodeSays: string;
}

export interface ScreenState {
  readonly title: string;
  readonly seconds: number;
  readonly chains: readonly ScreenChain[];
  readonly events: readonly string[];
}

const MIN_WIDTH = 60;
const MAX_WIDTH = 110;

/** The live view as lines of at most `width` characters. It is a pure function, so that a test can read them. */
export function drawScreen(state: ScreenState, width: number, height: number): string[] {
  const columns = Math.max(MIN_WIDTH, Math.min(MAX_WIDTH, width));
  const head = [
    rule(columns, `${state.title}  ${clock(state.seconds)}`),
    ...state.chains.flatMap((chain) => [...chainLines(chain), '']),
    rule(columns, 'last events'),
  ];
  const room = Math.max(3, height - head.length - 2);
  const lines = [...head, ...state.events.slice(-room), rule(columns, 'Ctrl-C ends')];
  return lines.map((line) => (line.length > columns ? `${line.slice(0, columns - 1)}…` : line));
}

function chainLines(chain: ScreenChain): string[] {
  const refused = [...chain.refused].map(([reason, count]) => `${count} ${reason}`).join(', ') || 'none';
  const fruits = chain.finds.includes('fruit') ? `   fruits ${chain.fruits}` : '';
  const worth = `${chain.shareWeight} ${chain.unit === 'H/s' ? 'hashes' : 'solutions'}`;
  return [
    `  ${chain.name.padEnd(12)} height ${String(chain.height ?? '-').padEnd(8)} node ${chain.node}`,
    `    miner  ${rate(chain.minerRate, chain.unit).padEnd(14)} pool sees ${rate(chain.poolRate, chain.unit).padEnd(14)} miners ${chain.miners}`,
    `    shares ${String(chain.accepted).padEnd(14)} each worth ${worth.padEnd(20)} refused ${refused}`,
    `    last   ${chain.lastVerdict}`,
    `    blocks ${chain.blocks}${fruits}   ${chain.nodeSays}`,
  ];
}

export function rate(value: number, unit: 'Sol/s' | 'H/s'): string {
  if (unit === 'Sol/s') return `${value.toFixed(2)} Sol/s`;
  return value >= 1000 ? `${(value / 1000).toFixed(1)} kH/s` : `${value.toFixed(0)} H/s`;
}

function clock(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;
}

function rule(columns: number, text: string): string {
  return `── ${text} ${'─'.repeat(Math.max(0, columns - text.length - 4))}`;
}
