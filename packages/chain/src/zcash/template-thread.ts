import { readAnswers } from '@adit/rpc';
import type { ZcashChainParams } from './chains.ts';
import { readTemplate } from './work.ts';

// The thread that takes long templates apart, hashes included.
readAnswers<ZcashChainParams>(JSON.parse, readTemplate);
