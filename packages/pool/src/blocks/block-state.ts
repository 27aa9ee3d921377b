/** Where a found block or fruit stands. All families use these words, since the pool and its metrics decide by them. */
export type BlockState = 'best_chain' | 'side_chain' | 'unknown';
