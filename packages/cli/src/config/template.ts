import { ZCASH_CHAINS } from '@adit/chain';
import { AditError } from '@adit/primitives';

/**
 * A commented configuration for a network.
 * @throws AditError `ADIT_UNKNOWN_CHAIN`
 */
export function configTemplate(network: string): string {
  // Beside a pool of the Zcash family, which it shares nothing with: a folder and an admin address of its own.
  if (network === 'truechain') return head('./adit-data-truechain', 9334) + TRUECHAIN;
  if (Object.hasOwn(ZCASH_CHAINS, network)) return head('./adit-data', 9333) + zcashTemplate(network);
  const known = [...Object.keys(ZCASH_CHAINS), 'truechain'].join(', ');
  throw new AditError('ADIT_UNKNOWN_CHAIN', `the network must be one of ${known}`);
}

const head = (
  data: string,
  admin: number,
) => `# Adit pool. \`adit pool --check\` says whether everything here is right.
# Paths are meant from the folder of this file.

# Journals, leases and found blocks: everything that Adit keeps is in this folder.
data = "${data}"
# Only you can read it, unless you name a group whose members may read it too.
# group = "adit"

# Threads that verify proofs of work; left out: all cores but one.
# verifier_threads = 2

[log]
level = "info"     # trace, debug, info, warn, error
format = "auto"    # pretty for a terminal, json otherwise

# /metrics for Prometheus, /health and /ready; loopback only unless allowed_hosts names who may ask.
[admin]
listen = "127.0.0.1:${admin}"

# \`adit settings\` lists every key with its default and says which ones \`adit reload\` applies.
# [limits]
# max_connections = 20000
# [bans]
# allow = ["10.0.0.0/8"]
`;

function zcashTemplate(network: string): string {
  // Devnets and regtests are for trying things on one machine: their ports stay there. Blocks of devnets are easy.
  const devnet = network.startsWith('zcash-devnet');
  const host = devnet || network.endsWith('-regtest') ? '127.0.0.1' : '0.0.0.0';
  return `
[[chain]]
name = "${network}"
network = "${network}"
# Blocks count as settled after so many confirmations.
confirmations = ${devnet ? 10 : 100}
# What stands in the coinbases of your blocks, besides random digits (40 characters of ASCII at most):
# coinbase_text = "my pool"

# The first healthy node serves work; found blocks go to all.
[[chain.nodes]]
url = "http://127.0.0.1:8232"
# Its [mining] miner_address should be transparent: for a shielded one Zebra proves each coinbase anew, and for
# seconds after each new block there are only empty ones to mine. \`adit pool --check\` asks it.
# Zebra writes this file at each start; it is read again when it has changed.
# cookie_file = "/home/zebra/.cache/zebra/.cookie"
# ... or a user, with the password in a file that only you can read (chmod 600):
# user = "adit"
# password_file = "./node-password"

[[chain.ports]]
name = "asic"
listen = "${host}:3333"
dialect = "zcash"
# Difficulty 1 is the chain's easiest target. It moves until a share comes every share_seconds.
start_difficulty = ${devnet ? 1 : 64}
share_seconds = 10
# Some ASIC firmware accepts nothing but four bytes.
nonce1_bytes = 4
# Only these workers or accounts; left out: any name.
# workers = ["alice", "bob.rig1"]
# password_file = "./port-password"
# TLS, with files that may be renewed at any time:
# tls_cert = "./fullchain.pem"
# tls_key = "./key.pem"
# Balancers in front of this port; they must send a PROXY header (v1 or v2):
# proxies = ["10.0.0.5"]

[[chain.ports]]
name = "cpu"
listen = "${host}:3334"
dialect = "zcash"
start_difficulty = ${devnet ? 0.25 : 0.01}
`;
}

const TRUECHAIN = `
[[chain]]
name = "truechain"
network = "truechain"

[[chain.nodes]]
url = "http://127.0.0.1:8888"

[[chain.ports]]
name = "true"
listen = "0.0.0.0:3335"
dialect = "truestratum"
# 2^128 / target; either half of the digest may meet the target.
start_difficulty = 1000000
share_seconds = 10
`;
