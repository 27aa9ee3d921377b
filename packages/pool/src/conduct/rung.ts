/** What is to be done with a connection: nothing, a line in the log, a wait, an end, an end for all of its address. */
export type Rung = 'none' | 'warn' | 'slow' | 'disconnect' | 'ban';
