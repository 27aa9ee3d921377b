import { readAnswers } from '../rpc/answer-thread.ts';
import type { ZcashChainParams } from './chains.ts';
import { readTemplate } from './work.ts';

// The thread that takes long templates apart, hashes included.
readAnswers<ZcashChainParams>(JSON.parse, readTemplate);
