import { workerData } from 'node:worker_threads';
import { answerCalls } from '../disk/answer-calls.ts';
import { BanBook } from './ban-book.ts';
import type { BanExchange } from './ban-exchange.ts';

// The thread of `bans.db`.
const book = new BanBook(workerData as string);
answerCalls((exchange: BanExchange) => book.exchange(exchange));
