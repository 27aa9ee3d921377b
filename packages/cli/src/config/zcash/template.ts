import { whyUnmineable, zcashChain } from '@adit/chain';
import { AditError } from '@adit/primitives';
import type { TemplateChoices } from '../config-family.ts';
import { templateHead } from '../template-head.ts';

/** A commented configuration. @throws AditError `ADIT_UNKNOWN_CHAIN` for a network that a pool cannot mine */
export function zcashTemplate(network: string, { publicAddress }: TemplateChoices): string {
  const why = whyUnmineable(zcashChain(network));
  if (why !== undefined) throw new AditError('ADIT_UNKNOWN_CHAIN', `a pool cannot mine ${network}: ${why}`);
  // Devnets and regtests are for experiments on one machine, so their ports stay on loopback. Devnets have easy blocks.
  const devnet = network.startsWith('zcash-devnet');
  const host = devnet || network.endsWith('-regtest') ? '127.0.0.1' : '0.0.0.0';
  return `${templateHead('./adit-data', 9333)}
[[chain]]
name = "${network}"
network = "${network}"
# A block counts as settled after this many confirmations.
confirmations = ${devnet ? 10 : 100}
# Text in the coinbases of your blocks, which random digits follow (at most 40 characters of ASCII):
# coinbase_text = "my pool"

# The first healthy node serves work; found blocks go to all.
[[chain.nodes]]
url = "http://127.0.0.1:8232"
# Its [mining] miner_address should be transparent. For a shielded one Zebra proves each coinbase anew, and for some
# seconds after each new block miners can only mine empty blocks. \`adit pool --check\` tests the node for this.
# Zebra writes this file at each start, and the pool reads it again when it has changed.
# cookie_file = "/home/zebra/.cache/zebra/.cookie"
# ... or a user, with the password in a file that only you can read (chmod 600):
# user = "adit"
# password_file = "./node-password"

# Short names for long accounts, for firmware with short fields: bob.rig1 then works for the address.
# [chain.aliases]
# bob = "u1..."

[[chain.ports]]
name = "asic"
listen = "${host}:3333"
dialect = "zcash"
# Difficulty 1 is the chain's easiest target. The pool changes it until a share comes every share_seconds.
start_difficulty = ${devnet ? 1 : 64}
share_seconds = 10
# Where miners reach this port, for the request to connect again at an upgrade; default: the address that they know.
${publicAddress === undefined ? '# public_address = "pool.example.org:3333"' : `public_address = "${publicAddress}"`}
# Some ASIC firmware accepts only four bytes.
nonce1_bytes = 4
# The name of a worker must begin with an address of the network, which is checked at login; default: any name.
# accounts = "address"
# A found block pays its miner itself, whose name is a transparent address (docs/block-pays.md). The chain then needs
# miner_address = "t1...", as the node has it.
# pay = "solo-block"
# Only these workers or accounts may log in; default: any name.
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
