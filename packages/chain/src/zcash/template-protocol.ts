import type { ZcashChainParams } from './chains.ts';
import type { TemplateContent } from './work.ts';

/** To the thread. `body` is the whole answer as it came over HTTP. */
export interface ReadRequest {
  readonly id: number;
  readonly body: Uint8Array;
  readonly chain: ZcashChainParams;
}

/** The answer without its result. */
export interface Envelope {
  readonly id?: unknown;
  readonly error?: unknown;
  readonly result?: null;
}

export type ReadAnswer =
  | {
      readonly id: number;
      readonly kind: 'read';
      readonly envelope: unknown;
      readonly content?: TemplateContent;
    }
  | { readonly id: number; readonly kind: 'not_json' }
  | { readonly id: number; readonly kind: 'refused'; readonly code: string; readonly message: string };
