import type { NodeSettings } from '@adit/chain';
import type { NodeConfig } from './node-keys.ts';
import { secretOf } from './secret.ts';

/**
 * The settings with which the pool reaches a node.
 * @throws AditError `ADIT_SECRET_FILE`, `ADIT_SECRET_ENV`
 */
export function nodeSettings(node: NodeConfig): NodeSettings {
  // The secret file is only checked here. The node's client reads it, and reads it again when it changes.
  const password = secretOf(node, `the node ${node.url}`);
  const { password_file: passwordFile } = node;
  return {
    url: node.url,
    ...(node.user === undefined ? {} : { user: node.user }),
    ...(passwordFile !== undefined ? { passwordFile } : password === undefined ? {} : { password }),
    ...(node.cookie_file === undefined ? {} : { cookieFile: node.cookie_file }),
    ...(node.timeout_seconds === undefined ? {} : { timeoutMs: node.timeout_seconds * 1000 }),
  };
}
