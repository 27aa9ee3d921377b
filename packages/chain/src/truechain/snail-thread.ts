import { readAnswers } from '../rpc/answer-thread.ts';
import { parseLosslessJson } from '../rpc/json.ts';
import { readSnailBlock } from './snail-block.ts';

// The thread that takes snail blocks with all their fruits apart.
readAnswers(parseLosslessJson, (result) => (result === null ? undefined : readSnailBlock(result)));
