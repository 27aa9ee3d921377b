import { type ForeignTable, isOn, numberIn, tableOf, tablesOf, textIn } from './foreign-json.ts';
import type { ForeignNode, ForeignPort } from './foreign-pool.ts';

/** Certificates of a port, as its program has them. */
type FilesOf = (port: ForeignTable) => Pick<ForeignPort, 'certFile' | 'keyFile'>;

/**
 * The ports of a pool: both programs have a table of them by number, with `difficulty` or `diff`, and a table `varDiff`.
 * @param isProxied whether all of them are behind a balancer
 */
export function readPorts(value: unknown, filesOf: FilesOf, isProxied: boolean): readonly ForeignPort[] {
  return Object.entries(tableOf(value) ?? {}).flatMap(([number, entry]): ForeignPort[] => {
    const port = tableOf(entry);
    if (port === undefined || !/^\d{1,5}$/.test(number) || Number(number) > 65_535) return [];
    const varDiff = tableOf(port['varDiff']);
    return [
      {
        port: Number(number),
        host: textIn(port, 'listenAddress'),
        difficulty: numberIn(port, 'difficulty') ?? numberIn(port, 'diff'),
        varDiff:
          varDiff === undefined
            ? undefined
            : {
                min: numberIn(varDiff, 'minDiff'),
                max: numberIn(varDiff, 'maxDiff'),
                seconds: numberIn(varDiff, 'targetTime'),
              },
        isTls: isOn(port, 'tls'),
        isProxied: isProxied || tableOf(port['tcpProxyProtocol']) !== undefined,
        ...filesOf(port),
      },
    ];
  });
}

/** The nodes of a pool. Their passwords stay behind. */
export function readNodes(value: unknown): readonly ForeignNode[] {
  return tablesOf(value).map((daemon) => ({
    host: textIn(daemon, 'host') ?? '127.0.0.1',
    port: numberIn(daemon, 'port'),
    user: textIn(daemon, 'user'),
  }));
}

/** Keys that have no counterpart and are there, each with its reason. */
export function leftOutOf(table: ForeignTable, reasons: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(reasons).flatMap(([key, why]) =>
    table[key] === undefined ? [] : [`${key}: ${why}`],
  );
}
