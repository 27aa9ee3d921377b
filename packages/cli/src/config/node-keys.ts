import { z } from 'zod';
import { isNodeUrl } from './addresses.ts';
import { file, number, variable } from './values.ts';
import { upgrade } from './when.ts';

/** A node of any family. */
export const nodeSchema = z.strictObject({
  url: z
    .url({ protocol: /^https?$/, error: 'expected http://host:port of the node' })
    .refine(isNodeUrl, 'expected http://host:port of the node')
    .meta(upgrade('JSON-RPC address of the node')),
  user: z.string().optional().meta(upgrade('user of the node')),
  password_file: file
    .optional()
    .meta(upgrade('file with its password, readable by you alone; read again when it has changed')),
  password_env: variable.optional().meta(upgrade('or the environment variable that holds it')),
  cookie_file: file
    .optional()
    .meta(upgrade('cookie file of the node; read again when it has changed, and when the node hangs up')),
  timeout_seconds: number(1, 600)
    .optional()
    .meta(
      upgrade('longest wait for an answer, templates included; where left out 10, and 45 for a template'),
    ),
});

export type NodeConfig = z.infer<typeof nodeSchema>;
