import { parseLosslessJson, readAnswers } from '@adit/rpc';
import { readSnailBlock } from './snail-block.ts';

// Entry of the thread that parses snail blocks with all their fruits.
readAnswers(parseLosslessJson, (result) => (result === null ? undefined : readSnailBlock(result)));
