import type { NodeStatus, PayeesCause } from '@adit/chain';
import type { JournalProblemCause, PaidBy } from '@adit/journal';
import type { RefusedBecause } from '@adit/net';
import type { RejectReason } from '@adit/stratum';
import type { BlockState } from './blocks/block-state.ts';
import type { Offence } from './conduct/options.ts';
import type { Rung } from './conduct/rung.ts';
import type { EndCause } from './ports/end-cause.ts';
import type { Problem } from './problem.ts';

/**
 * The outcome of the hand-in of a block or fruit. `undecided`: no node is known to have it, and the pool hands it in
 * again. `superfluous`: its header already has one of its kind, so nothing is lost.
 */
export type SubmissionOutcome = 'accepted' | 'undecided' | 'refused' | 'superfluous';

/**
 * Everything that happens in the pool, for the log, the terminal view and the metrics. Texts from the wire (agents,
 * worker names) are as they came: code that prints them must escape them.
 */
export type PoolEvent =
  | { readonly kind: 'listening'; readonly port: string; readonly host: string; readonly number: number }
  /** A port with TLS uses a new certificate from now on, which ends at `endsMs` (since 1970). */
  | { readonly kind: 'certificate_taken'; readonly port: string; readonly endsMs: number }
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
      readonly cause: EndCause;
      /** A sentence for people; with the cause `error` the code of the system. */
      readonly detail: string;
    }
  | {
      readonly kind: 'connection_refused';
      readonly port: string;
      readonly address: string;
      readonly because: RefusedBecause;
      readonly detail: string;
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
      readonly address: string;
      readonly connection: number;
      readonly worker: string;
    }
  /** A login was refused; the event `refused` comes as well. */
  | {
      readonly kind: 'login_refused';
      readonly port: string;
      readonly address: string;
      readonly connection: number;
      readonly worker: string;
      readonly detail: string;
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
      /** From the line to the verdict. */
      readonly ms: number;
    }
  | {
      readonly kind: 'refused';
      readonly chain: string;
      readonly port: string;
      readonly connection: number;
      readonly worker: string;
      readonly reason: RejectReason;
      readonly detail: string;
      /** Whether the request was a submission. */
      readonly submission: boolean;
      /** From the line to the verdict; 0 where the session itself refused the request. */
      readonly ms: number;
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
      /** Set where the block pays its miner itself. */
      readonly paid?: PaidBy;
    }
  | {
      readonly kind: 'block_submitted';
      readonly chain: string;
      readonly what: 'block' | 'fruit';
      readonly height: number | undefined;
      readonly id: string;
      readonly accepted: boolean;
      readonly outcome: SubmissionOutcome;
      readonly answers: readonly { readonly node: string; readonly answer: string }[];
    }
  | {
      readonly kind: 'block_state';
      readonly chain: string;
      readonly what: 'block' | 'fruit';
      readonly height: number | undefined;
      readonly id: string;
      readonly state: BlockState;
      readonly confirmations: number;
    }
  | {
      readonly kind: 'node';
      readonly chain: string;
      readonly status: NodeStatus;
      /** Whether more than heights, lags and latencies has changed. */
      readonly news: boolean;
    }
  /** No node has given work since `sinceMs`; undefined: a node gives work again. */
  | { readonly kind: 'outage'; readonly chain: string; readonly sinceMs: number | undefined }
  | {
      readonly kind: 'nodes_disagree';
      readonly chain: string;
      readonly height: number;
      readonly tips: readonly { readonly node: string; readonly hash: string }[];
    }
  /** A job has reached every connection of a port. */
  | {
      readonly kind: 'broadcast';
      readonly chain: string;
      readonly port: string;
      readonly clean: boolean;
      readonly connections: number;
      readonly ms: number;
      /** The longest time for which the broadcast held the main thread. */
      readonly longestSliceMs: number;
    }
  /**
   * Blocks cannot pay anybody but the operator from now on, for the cause `off`; undefined: they can again. Until then
   * ports that pay in the block hand out work that pays the operator.
   */
  | {
      readonly kind: 'block_pay';
      readonly chain: string;
      readonly off: PayeesCause | undefined;
      readonly detail: string;
    }
  /** The node refused a block that pays this address, so its miners work for the operator. */
  | {
      readonly kind: 'payee_refused';
      readonly chain: string;
      readonly port: string;
      readonly account: string;
      readonly detail: string;
    }
  | { readonly kind: 'committed'; readonly shares: number; readonly ms: number }
  | { readonly kind: 'verified'; readonly tasks: number; readonly waitMs: number; readonly workMs: number }
  | {
      readonly kind: 'conduct';
      readonly address: string;
      readonly connection: number | undefined;
      readonly rung: Rung;
      readonly offence: Offence;
    }
  /** This address or network has more refusals than its accepted shares explain: the pool reads it more slowly. */
  | { readonly kind: 'slowed'; readonly subject: string }
  | { readonly kind: 'ban_lifted'; readonly subject: string }
  | {
      readonly kind: 'journal';
      readonly problem: string | undefined;
      /** Undefined where the journal keeps shares again. */
      readonly cause: JournalProblemCause | undefined;
    }
  | { readonly kind: 'verifier'; readonly cause: 'thread_lost'; readonly problem: string }
  | ({ readonly kind: 'problem' } & Problem);

/** Called with each event, as it happens. It must return at once; what it throws becomes a process warning. */
export type OnPoolEvent = (event: PoolEvent) => void;
