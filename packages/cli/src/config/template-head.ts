/**
 * The part of the file before its chains.
 * @param data the data folder
 * @param admin the port of the admin address
 */
export function templateHead(data: string, admin: number): string {
  return `# Adit pool. \`adit pool --check\` says whether everything here is right.
# Paths are relative to the folder of this file.

# Journals, leases and found blocks: everything that Adit keeps is in this folder.
data = "${data}"
# Only you can read it, unless you name a group whose members may read it too.
# group = "adit"

# Threads that check proofs of work; default: all cores but one.
# verifier_threads = 2

[log]
level = "info"     # trace, debug, info, warn, error
format = "auto"    # pretty for a terminal, json otherwise

# /metrics for Prometheus, /health and /ready; loopback only, unless allowed_hosts names other hosts.
[admin]
listen = "127.0.0.1:${admin}"

# \`adit settings\` lists every key with its default and says which ones \`adit reload\` applies.
# [limits]
# max_connections = 20000
# [bans]
# allow = ["10.0.0.0/8"]
`;
}
