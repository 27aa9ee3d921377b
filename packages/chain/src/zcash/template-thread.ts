import { readAnswers } from '@adit/rpc';
import type { ZcashChainParams } from './chains.ts';
import { readTemplate } from './work.ts';

// Entry of the thread that parses long templates and computes their hashes.
readAnswers<ZcashChainParams>(JSON.parse, readTemplate);
