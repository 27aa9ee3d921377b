/** What the port does next: nothing, warn, pause the connection, close it, or close all connections of its address. */
export type Rung = 'none' | 'warn' | 'slow' | 'disconnect' | 'ban';
