import { parseLosslessJson, readAnswers } from '@adit/rpc';
import { readSnailBlock } from './snail-block.ts';

// The thread that takes snail blocks with all their fruits apart.
readAnswers(parseLosslessJson, (result) => (result === null ? undefined : readSnailBlock(result)));
