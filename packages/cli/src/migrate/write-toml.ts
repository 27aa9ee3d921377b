import { ZCASH_CHAINS, type ZcashChainParams } from '@adit/chain';
import { AditError, weightOfTarget } from '@adit/primitives';
import { accountReaderOf } from '../config/account-addresses.ts';
import { isAddress, isNodeUrl } from '../config/addresses.ts';
import { familyOf } from '../config/families.ts';
import { templateHead } from '../config/template-head.ts';
import type { ForeignNode, ForeignPool, ForeignPort } from './foreign-pool.ts';

/** Solutions of difficulty 1 in both programs, on every chain. */
const SOLUTIONS = 8_192;
const USUAL_NODE_PORT = 8_232;
/** Reward schemes by the names of both programs, in small letters. */
const SCHEMES: Readonly<Record<string, string>> = { pplns: 'pplns', prop: 'prop', solo: 'solo' };

/**
 * Writes a configuration with what has a counterpart, and comments for what has none. Secrets are not taken over.
 * @throws AditError `ADIT_IMPORT_REFUSED` if no pool mines a chain that Adit has
 */
export function migratedToml(pools: readonly ForeignPool[], from: string): string {
  const known = pools.flatMap((pool) => {
    const chain = chainOf(pool.coin);
    return chain === undefined ? [] : [{ pool, chain }];
  });
  const [first] = known;
  if (first === undefined) {
    const coins = pools.map(({ coin }) => comment(coin)).join(', ');
    throw new AditError(
      'ADIT_IMPORT_REFUSED',
      `${from}: found ${coins === '' ? 'no pool' : `the coins ${coins}`}, expected one of ${Object.keys(ZCASH_CHAINS).join(', ')}`,
    );
  }
  const others = pools.filter(({ coin }) => chainOf(coin) === undefined);
  const names = new Set<string>();
  return [
    templateHead('./adit-data', 9333),
    `# Made of ${comment(from)}. Lines that begin with "#!" say what was not taken over, and what to do.`,
    ...others.map(({ id, coin }) => `#! ${comment(id)}: Adit has no network ${comment(coin)}`),
    ...limits(first.pool),
    ...known
      .slice(1)
      .map(
        ({ pool: { id } }) =>
          `#! ${comment(id)}: limits and bans hold for all chains; those of the first pool were taken`,
      ),
    ...known.flatMap(({ pool, chain }) => chainLines(pool, chain, uniqueName(pool.id || chain.name, names))),
    '',
  ].join('\n');
}

function limits({ idleSeconds, isBanning, banSeconds }: ForeignPool): readonly string[] {
  return [
    ...(idleSeconds === undefined
      ? []
      : ['', '[limits]', `idle_seconds = ${within(idleSeconds, 10, 604_800)}`]),
    ...(isBanning === undefined && banSeconds === undefined
      ? []
      : [
          '',
          '[bans]',
          '#! invalidPercent and checkThreshold: refused shares are weighed by what they cost; docs/operating/limits.md',
          ...(isBanning === undefined ? [] : [`enabled = ${isBanning}`]),
          ...(banSeconds === undefined ? [] : [`ban_seconds = [${within(banSeconds, 1, 31_622_400)}]`]),
        ]),
  ];
}

function chainLines(pool: ForeignPool, chain: ZcashChainParams, name: string): readonly string[] {
  const { nodes, ports, refreshSeconds, leftOut } = pool;
  return [
    '',
    '[[chain]]',
    `name = ${text(name)}`,
    `network = ${text(chain.name)}`,
    ...(chain.unmineable === undefined ? [] : [`#! a pool cannot mine it: ${chain.unmineable}`]),
    ...leftOut.map((line) => `#! ${comment(line)}`),
    ...(refreshSeconds === undefined ? [] : [`refresh_seconds = ${within(refreshSeconds, 1, 300)}`]),
    ...moneyLines(pool),
    ...(nodes.length === 0
      ? [
          '',
          '#! the file names no node',
          ...nodeLines({ host: '127.0.0.1', port: undefined, user: undefined }, 0),
        ]
      : nodes.flatMap(nodeLines)),
    ...(ports.length === 0
      ? ['', '#! the file has no port', ...portLines(NO_PORT, chain, name)]
      : ports.flatMap((port) => portLines(port, chain, name))),
  ];
}

function moneyLines({
  rewardAddresses,
  feePercent,
  scheme,
  window,
  minimum,
}: ForeignPool): readonly string[] {
  const known = SCHEMES[scheme?.toLowerCase() ?? 'pplns'];
  const fee = Math.round(within(feePercent, 0, 100) * 1e4) / 1e4;
  const lines = [
    '[chain.money]',
    ...(known === undefined
      ? [`#! the scheme ${comment(scheme ?? '')} has no counterpart: pplns was taken; docs/money.md`]
      : []),
    `scheme = ${text(known ?? 'pplns')}`,
    ...(window === undefined || known !== 'pplns' ? [] : [`window = ${within(window, 0.001, 100)}`]),
    `fee_percent = ${fee}`,
    ...(minimum === undefined ? [] : [`minimum = ${text(decimal(minimum))}`]),
    `reward_addresses = [${rewardAddresses.map(text).join(', ')}]`,
    'payouts = "off"',
  ];
  return rewardAddresses.length > 0
    ? ['', ...lines]
    : [
        '',
        "#! the file has no address of rewards: write the node's miner_address, and take the comments away",
        ...lines.map((line) => `# ${line}`),
      ];
}

function nodeLines({ host, port, user }: ForeignNode, i: number): readonly string[] {
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port ?? USUAL_NODE_PORT}`;
  const isUsable = URL.canParse(url) && isNodeUrl(url);
  return [
    '',
    '[[chain.nodes]]',
    ...(isUsable ? [] : [`#! found the host ${comment(host)}, which is none`]),
    `url = ${text(isUsable ? url : `http://127.0.0.1:${USUAL_NODE_PORT}`)}`,
    ...(user === undefined
      ? []
      : [
          `#! write the password of daemons[${i}] into this file, and nothing else: chmod 600`,
          `user = ${text(user)}`,
          `password_file = ${text(`./node-password-${i + 1}`)}`,
        ]),
  ];
}

const NO_PORT: ForeignPort = {
  port: 3_333,
  host: undefined,
  difficulty: undefined,
  varDiff: undefined,
  isTls: false,
  certFile: undefined,
  keyFile: undefined,
  isProxied: false,
};

function portLines(port: ForeignPort, chain: ZcashChainParams, name: string): readonly string[] {
  const { varDiff, certFile, keyFile } = port;
  // Difficulty 1 is the easiest target of the chain here, and 8,192 solutions there.
  const factor = SOLUTIONS / Number(weightOfTarget(chain.powLimit));
  const difficulty = (value: number) => Number((value * factor).toPrecision(6));
  const start = difficulty(port.difficulty === undefined || port.difficulty <= 0 ? 1 : port.difficulty);
  const wanted = `${port.host ?? '0.0.0.0'}:${port.port}`;
  const isFixed = varDiff === undefined && port.difficulty !== undefined;
  const least = varDiff?.min === undefined || varDiff.min <= 0 ? undefined : difficulty(varDiff.min);
  const most = varDiff?.max === undefined || varDiff.max <= 0 ? undefined : difficulty(varDiff.max);
  return [
    '',
    '[[chain.ports]]',
    `name = ${text(`${name}-${port.port}`)}`,
    `listen = ${text(isAddress(wanted) ? wanted : `0.0.0.0:${port.port}`)}`,
    `dialect = ${text(familyOf({ network: chain.name }).dialect)}`,
    `start_difficulty = ${start}`,
    ...(isFixed ? ['fixed_difficulty = true'] : []),
    ...(least === undefined || least > start ? [] : [`min_difficulty = ${least}`]),
    ...(most === undefined || most < start ? [] : [`max_difficulty = ${most}`]),
    ...(varDiff?.seconds === undefined ? [] : [`share_seconds = ${within(varDiff.seconds, 1, 600)}`]),
    ...(varDiff === undefined
      ? []
      : ['#! retargetTime and variancePercent: none, the pool decides after each share']),
    ...(accountReaderOf(chain.name) === undefined
      ? []
      : [
          '# Miners of both programs log in with their address; a name that is none is refused at login.',
          'accounts = "address"',
        ]),
    ...tlsLines(port.isTls, certFile, keyFile),
    ...(port.isProxied ? ['#! name your balancers: others are not trusted', '# proxies = ["10.0.0.5"]'] : []),
  ];
}

/** The files may lie elsewhere on this machine, and a start without them is refused. */
function tlsLines(
  isTls: boolean,
  certFile: string | undefined,
  keyFile: string | undefined,
): readonly string[] {
  if (!isTls) return [];
  return [
    '#! the port spoke TLS: certificate and key in PEM (openssl pkcs12 -in pool.pfx -nodes makes them of a PFX file)',
    `# tls_cert = ${text(certFile ?? './fullchain.pem')}`,
    `# tls_key = ${text(keyFile ?? './key.pem')}`,
  ];
}

/** @returns the chain of a coin's name in another program: `zcash.json`, `zcash_testnet`, `Zcash` */
function chainOf(coin: string): ZcashChainParams | undefined {
  const name = coin
    .toLowerCase()
    .replace(/\.json$/, '')
    .replaceAll('_', '-');
  return Object.hasOwn(ZCASH_CHAINS, name) ? ZCASH_CHAINS[name] : undefined;
}

function uniqueName(id: string, names: Set<string>): string {
  const base =
    id
      .toLowerCase()
      .replace(/\.json$/, '')
      .replace(/[^a-z0-9_-]/g, '-')
      .slice(0, 28) || 'chain';
  let name = base;
  for (let i = 2; names.has(name); i += 1) name = `${base}-${i}`;
  names.add(name);
  return name;
}

function within(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}

/** Amounts have at most eight digits on all of these chains; numbers of JSON may be written with an exponent. */
function decimal(amount: number): string {
  return amount.toFixed(8).replace(/\.?0+$/, '');
}

/** A text of TOML: that of JSON, without a character that TOML does not take. */
function text(value: string): string {
  return JSON.stringify(value.replaceAll('\x7f', '?'));
}

/** A part of a comment: what ends a line would end the comment too. */
function comment(value: string): string {
  return value.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, '?').slice(0, 200);
}
