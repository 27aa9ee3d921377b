import { DevnetRpcServer, type TrueChainDevnet } from '@adit/devnet';
import { JsonRpcClient } from '@adit/rpc';

/** A node in front of a devnet that answers some calls itself. */
export async function withProxy(
  devnet: TrueChainDevnet,
  answer: (method: string, real: () => Promise<unknown>) => Promise<unknown>,
  use: (url: string) => Promise<void>,
): Promise<void> {
  const rpc = new JsonRpcClient({ url: devnet.url, retries: 0 });
  const proxy = new DevnetRpcServer({}, (method, params) => answer(method, () => rpc.call(method, params)));
  await proxy.start();
  try {
    await use(proxy.url);
  } finally {
    await proxy.close();
    rpc.close();
  }
}
