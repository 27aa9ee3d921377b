/** The problem that the pool reports when the duplicates of a group are full. */
export const FULL =
  'too many shares of a tip or header came: no more of them are credited, but blocks still go out';
