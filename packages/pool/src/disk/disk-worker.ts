import { answerCalls } from './answer-calls.ts';
import { carryOut } from './carry-out.ts';

// The thread that waits for the disk.
answerCalls(carryOut);
