/** How a node is reached: plain data, of which its client is made. */
export interface NodeSettings {
  /** `http://host:port/` or https. */
  readonly url: string;
  readonly user?: string;
  readonly password?: string;
  /** A file `user:password` that the node rewrites at each start; read again whenever it has changed. */
  readonly cookieFile?: string;
  /** A file with the password of `user`, which others may not read; read again whenever it has changed. */
  readonly passwordFile?: string;
  /** Limit of one attempt in milliseconds; 10,000 where left out, and 45,000 for a template. */
  readonly timeoutMs?: number;
  /** Further attempts after a call that broke on the way; 2 where left out. */
  readonly retries?: number;
}
