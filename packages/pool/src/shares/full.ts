/** The problem that the pool reports when the duplicates of a group are full. */
export const FULL = 'no more shares of a tip or header are credited, too many came: blocks go out';
