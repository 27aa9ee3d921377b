import { z } from 'zod';
import { isNodeUrl } from './addresses.ts';
import { cookieFile, holds, number, secretFile, variable } from './values.ts';
import { upgrade } from './when.ts';

/** A node of any family. */
export const nodeSchema = z.strictObject({
  url: z
    .url({ protocol: /^https?$/, error: 'expected http://host:port of the node' })
    .refine(isNodeUrl, 'expected http://host:port of the node')
    .meta({ ...upgrade('JSON-RPC address of the node'), ...holds('login') }),
  user: z
    .string()
    .optional()
    .meta({ ...upgrade('user of the node'), ...holds('login') }),
  password_file: secretFile
    .optional()
    .meta(
      upgrade(
        'file with the password of this user, which only the user of the pool may read; read again when it has changed',
      ),
    ),
  password_env: variable
    .optional()
    .meta(upgrade('environment variable with the password, instead of password_file')),
  cookie_file: cookieFile
    .optional()
    .meta(
      upgrade(
        'cookie file of the node; read again when it has changed, and when the node closes the connection',
      ),
    ),
  timeout_seconds: number(1, 600)
    .optional()
    .meta(upgrade('longest wait for an answer, also for a template; default 10, and 45 for a template')),
});

export type NodeConfig = z.infer<typeof nodeSchema>;
