import { NonceSimulation } from './nonces/nonce-simulation.ts';
import { PpsSimulation } from './pps-simulation.ts';
import { Simulation } from './simulation.ts';
import type { SimulationOptions } from './simulation-options.ts';

/** Runs a world by the chance of a seed. @returns figures of a run without a fault */
export type World = (options: SimulationOptions) => Promise<object>;

/** The worlds: payouts of wallets on Zcash, payments with nonces on TrueChain, and shares that are paid at once. */
export const WORLDS = {
  payouts: (options) => new Simulation(options).run(),
  nonces: ({ seed, steps, log }) =>
    new NonceSimulation({ seed, steps, ...(log === undefined ? {} : { log }) }).run(),
  pps: ({ seed, steps, log }) =>
    new PpsSimulation({ seed, steps, ...(log === undefined ? {} : { log }) }).run(),
} as const satisfies Readonly<Record<string, World>>;
export type WorldName = keyof typeof WORLDS;
