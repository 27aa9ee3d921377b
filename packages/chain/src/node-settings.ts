/** How to reach a node: plain data, from which a client is made. */
export interface NodeSettings {
  /** `http://host:port/` or https. */
  readonly url: string;
  readonly user?: string;
  readonly password?: string;
  /**
   * A file with `user:password` that the node rewrites at each start. The client reads it again when it has changed.
   */
  readonly cookieFile?: string;
  /**
   * A file with the password of `user`, which other users may not read. The client reads it again when it has changed.
   */
  readonly passwordFile?: string;
  /** Limit of one attempt in milliseconds. Default 10,000, and 45,000 for a template. */
  readonly timeoutMs?: number;
  /** Further attempts after a call whose connection broke. Default 2. */
  readonly retries?: number;
}
