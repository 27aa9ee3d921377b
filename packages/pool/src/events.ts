import type { NodeStatus } from '@adit/chain';
import type { RejectReason } from '@adit/stratum';

/**
 * Everything that happens in the pool, for the log, the terminal view and later metrics. Texts from the
 * wire (agents, worker names) are as they came: whoever prints them escapes them.
 */
export type PoolEvent =
  | { readonly kind: 'listening'; readonly port: string; readonly host: string; readonly number: number }
  | {
      readonly kind: 'connected';
      readonly port: string;
      readonly address: string;
      readonly connection: number;
    }
  | {
      readonly kind: 'disconnected';
      readonly port: string;
      readonly address: string;
      readonly connection: number;
      readonly reason: string;
    }
  | {
      readonly kind: 'connection_refused';
      readonly port: string;
      readonly address: string;
      readonly reason: string;
    }
  | {
      readonly kind: 'subscribed';
      readonly port: string;
      readonly connection: number;
      readonly agent: string;
    }
  | {
      readonly kind: 'authorized';
      readonly port: string;
      readonly connection: number;
      readonly worker: string;
    }
  | {
      readonly kind: 'work';
      readonly chain: string;
      readonly workId: string;
      readonly height: number | undefined;
      readonly clean: boolean;
      readonly transactions: number | undefined;
    }
  | {
      readonly kind: 'share_accepted';
      readonly chain: string;
      readonly port: string;
      readonly connection: number;
      readonly worker: string;
      readonly weight: bigint;
    }
  | {
      readonly kind: 'refused';
      readonly chain: string;
      readonly port: string;
      readonly connection: number;
      readonly worker: string;
      readonly reason: RejectReason;
      readonly detail: string;
      /** A share, or some other request. */
      readonly submission: boolean;
    }
  | {
      readonly kind: 'target_changed';
      readonly port: string;
      readonly connection: number;
      readonly weight: bigint;
    }
  | {
      readonly kind: 'block_found';
      readonly chain: string;
      readonly what: 'block' | 'fruit';
      readonly height: number | undefined;
      readonly id: string;
      readonly worker: string;
    }
  | {
      readonly kind: 'block_submitted';
      readonly chain: string;
      readonly what: 'block' | 'fruit';
      readonly id: string;
      readonly accepted: boolean;
      readonly answers: readonly { readonly node: string; readonly answer: string }[];
    }
  | {
      readonly kind: 'block_state';
      readonly chain: string;
      readonly id: string;
      readonly state: string;
      readonly confirmations: number;
    }
  | { readonly kind: 'node'; readonly chain: string; readonly status: NodeStatus }
  | { readonly kind: 'journal'; readonly problem: string | undefined }
  | { readonly kind: 'verifier'; readonly problem: string }
  | { readonly kind: 'problem'; readonly what: string; readonly detail: string };

export type OnPoolEvent = (event: PoolEvent) => void;
