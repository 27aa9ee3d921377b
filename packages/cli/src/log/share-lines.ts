import type { PoolEvent } from '@adit/pool';
import { decimal, ms, optional, text, whole, word, yesNo } from './format.ts';
import type { Lines } from './line.ts';
import { plain } from './plain.ts';

type Kind = 'share_accepted' | 'refused' | 'committed' | 'verified' | 'journal' | 'verifier';

export const SHARE_LINES: Lines<PoolEvent, Kind> = {
  share_accepted: {
    when: 'a share was answered `true`; `ms` from the line to the verdict',
    levels: ['debug'],
    fields: { chain: text, port: text, connection: whole, worker: text, weight: decimal, ms },
    say: ({ worker }) => ({ level: 'debug', text: `share accepted from ${plain(worker)}` }),
    gather: undefined,
  },
  refused: {
    when: 'a submission, or (`submission` false) another request, was refused: [reasons.md](reasons.md)',
    levels: ['debug'],
    fields: {
      chain: text,
      port: text,
      connection: whole,
      worker: text,
      reason: word,
      detail: text,
      submission: yesNo,
      ms,
    },
    say: ({ submission, reason }) => ({
      level: 'debug',
      text: submission ? `share refused: ${reason}` : `request refused: ${reason}`,
    }),
    gather: undefined,
  },
  committed: {
    when: 'one commit of the journal',
    levels: ['debug'],
    fields: { shares: whole, ms },
    say: ({ shares }) => ({ level: 'debug', text: `${shares} shares are on disk` }),
    gather: undefined,
  },
  verified: {
    when: 'one batch of proofs',
    levels: ['debug'],
    fields: { tasks: whole, waitMs: ms, workMs: ms },
    say: ({ tasks }) => ({ level: 'debug', text: `${tasks} proofs checked` }),
    gather: undefined,
  },
  journal: {
    when: 'the journal keeps nothing (`problem` says why; `cause` is `disk_silent`, `file_gone`, `commit_failed` or `cannot_begin`), or keeps shares again',
    levels: ['info', 'error'],
    fields: { problem: optional(text), cause: optional(word) },
    say: ({ problem }) =>
      problem === undefined
        ? { level: 'info', text: 'the journal keeps shares' }
        : { level: 'error', text: `the journal keeps nothing, shares are refused: ${plain(problem)}` },
    gather: undefined,
  },
  verifier: {
    when: 'a verifier thread was lost and replaced; `cause` is `thread_lost`',
    levels: ['error'],
    fields: { cause: word, problem: text },
    say: ({ problem }) => ({ level: 'error', text: `a verifier thread was lost: ${plain(problem)}` }),
    gather: undefined,
  },
};
