/** What each error code means, and what to do. A test fails for a code without a line here, and for a line without a code. */
export const ERROR_MEANINGS: Readonly<Record<string, string>> = {
  ADIT_LEDGER_NETWORK_WEIGHT:
    'A share cannot be scored: the ledger does not know its dialect, or its network had no target yet. No share was taken.',
  ADIT_LEDGER_SHARES:
    'What the ledger keeps of the shares is damaged, or was given up, and a round needs it.',
  ADIT_LEDGER_DATABASE: 'The database of the ledger failed. Nothing of the transaction under way was kept.',
  ADIT_NO_ACCOUNT: 'Nothing was ever booked for an account of this name. `adit ledger balances` lists all.',
  ADIT_GAS_PRICE:
    'Nodes of TrueChain want more for a unit of gas than `most_gas_price`. Nothing was signed. Payouts wait until the price falls, or the setting is raised.',
  ADIT_KEY_FILE:
    'The file with the key of a TrueChain wallet cannot be used, or its passphrase is wrong. Nothing was signed. `adit ledger key new` makes such a file.',
  ADIT_NODES_DISAGREE:
    'Nodes do not say the same about the account of a wallet, or too few of them answer. Payouts wait until they do.',
  ADIT_PAYMENT_REFUSED: 'A devnet refused a payment, with the words of the real node.',
  ADIT_NO_WALLET: 'A command about payouts, and the chain has no `[chain.money.wallet]`.',
  ADIT_LEDGER_GAP:
    'The wallet does not have what the books say. Payouts wait. `docs/money.md` says what to do.',
  ADIT_ARCHIVE_FAILED:
    'A journal could not be archived, or an archive could not be read. No journal was removed.',
  ADIT_IMPORT_REFUSED:
    'A file of another pool cannot be taken over. The message says why, with lines by number; nothing was changed.',
  ADIT_NO_ADDRESSES:
    'The accounts of a port are addresses (`accounts = "address"`, `pay = "solo-block"`), and addresses of its network cannot be read.',
  ADIT_NO_LEDGER: 'The configuration has no `[chain.money]`, or no ledger has run with it yet.',
  ADIT_PAYOUT_CHANGED:
    'A batch of payouts, or a switch, is not as it was read: another process or an operator changed it. Nothing was kept.',
  ADIT_PAYOUT_REFUSED: 'A command about payouts was refused. The message says why, and nothing was changed.',
  ADIT_LEDGER_BREACH:
    'An entry would break an invariant of the books, or the books are broken already. Nothing of the transaction was kept. Run `adit ledger verify`.',
  ADIT_LEDGER_BUSY:
    'Another process holds the database of the ledger for long, or transactions collided too often. Nothing of the transaction was kept; it can be tried again.',
  ADIT_LEDGER_CONSTRAINT:
    'The tables of the ledger do not allow a row, since another one has its key. Nothing of the transaction was kept.',
  ADIT_LEDGER_DAMAGED:
    'A row of the database of the ledger holds something that the program never writes. Something else has changed it.',
  ADIT_LEDGER_FULL:
    'The disk of the ledger is full. Nothing of the transaction under way was kept. Make room; nothing else is needed.',
  ADIT_LEDGER_LEASE:
    'This process does not hold the lease of the ledger any more: another process may write. Nothing was changed.',
  ADIT_LEDGER_TERMS: 'The ledger has no terms (fee and minimum) for a chain. Set them first.',
  ADIT_LEDGER_UNCERTAIN:
    'The connection broke while a transaction of the ledger was being kept, so it is kept whole or not at all. Read what happened before going on.',
  ADIT_LEDGER_VALUE:
    'A value cannot be kept in the database of the ledger: text with zero bytes or halves of characters, or a number that is not whole or is above 2^53.',
  ADIT_LEDGER_VERSION:
    'The database of the ledger was written by a newer program; for `adit web`, which only reads, also by an older one. Nothing was changed.',
  ADIT_ADMIN_BAD_REQUEST:
    'The admin server got bytes that are not an HTTP request, or a path that cannot be decoded (HTTP 400).',
  ADIT_ADMIN_BODY: 'A request to the admin server had a body (HTTP 413). Send none.',
  ADIT_ADMIN_FAILED: 'A request to the admin server failed (HTTP 500). The log of the pool says why.',
  ADIT_ADMIN_HOST:
    '`admin.allowed_hosts` is missing for an address that is not loopback, or has an entry that is not a host name.',
  ADIT_ADMIN_LISTEN: 'The admin server cannot listen, or `admin.listen` is not an address with a port.',
  ADIT_ADMIN_METHOD: 'A request to the admin server was neither GET nor HEAD (HTTP 405).',
  ADIT_ADMIN_NOT_FOUND: 'The admin server has no such path (HTTP 404).',
  ADIT_ADMIN_TIMEOUT: 'A request to the admin server did not arrive in time (HTTP 408).',
  ADIT_ADMIN_TOO_LARGE: 'The head of a request to the admin server was too large (HTTP 431).',
  ADIT_ADMIN_WRONG_HOST: 'The Host header of a request is not among `admin.allowed_hosts` (HTTP 421).',
  ADIT_ALLOW_LISTED: 'An address on the allow-list cannot be banned. Remove it from `bans.allow` first.',
  ADIT_ANSWER:
    'The answer to a command of the control socket cannot be written as JSON. This is a fault of the program.',
  ADIT_BACKUP_FAILED:
    'A backup could not be made or restored, or it lacks a file. The message says which, and why.',
  ADIT_BACKUP_PLACE:
    'A backup cannot be made or restored at this place: the folder exists, is not empty, or its disk has no room.',
  ADIT_BAD_ACCOUNT:
    'An account has an empty name, one that is too long, or one that is not well-formed Unicode.',
  ADIT_BAD_ADDRESS: 'A text is not an IP address, a network or a place to listen.',
  ADIT_BAD_AMOUNT:
    'An amount of money, a weight or a share of the whole is not a bigint, or is out of its bounds. Nothing was booked.',
  ADIT_BAD_KEY: 'A secret key is zero, or not below the order of its curve. Nothing was signed.',
  ADIT_BAD_PAYEE: 'An address or a receiver cannot be written in that form on that network.',
  ADIT_BAD_BACKUP: 'A backup is damaged, or a newer program made it. Nothing was restored.',
  ADIT_BAD_BAN: 'The length of a ban is out of its bounds, or the list of ban lengths is empty.',
  ADIT_BAD_BITS: 'The `bits` field of a header is negative or stands for more than 256 bits.',
  ADIT_BAD_BLAKE2B_OPTIONS: 'The digest length or the personalization for BLAKE2b is out of its bounds.',
  ADIT_BAD_BLOCK: 'The devnet got a block that is not well formed.',
  ADIT_BAD_BYTES:
    'An argument is not a Uint8Array, or has another length than its name allows. Hex text must be decoded first.',
  ADIT_BAD_COINBASE_TEXT:
    'The text for the coinbase does not fit, or has characters that are not printable ASCII.',
  ADIT_BAD_COMPACT_SIZE: 'A variable-length count is not in its shortest form, or is above 2^53-1.',
  ADIT_BAD_CONDUCT: 'The thresholds of `[bans]` are not positive numbers in ascending order.',
  ADIT_BAD_CONFIG: 'The configuration file has faults. The message names each key and what was expected.',
  ADIT_BAD_DATASET: 'The parts of a TrueHash dataset have wrong lengths.',
  ADIT_BAD_DIFFICULTY: 'A difficulty is not a finite number above zero.',
  ADIT_BAD_EQUIHASH_PARAMETERS: 'These Equihash parameters, or this personalization, are not supported.',
  ADIT_BAD_FAULT: 'A fault that a test wants to inject into a devnet is not one that the devnet knows.',
  ADIT_BAD_FIELD:
    "A field of a node's answer is missing or has another form than expected. Compare the version of the node.",
  ADIT_BAD_HEADER: 'A block header, or a field of one, has a wrong length or range.',
  ADIT_BAD_HEX: 'A text is not hex of the expected length.',
  ADIT_BAD_OPTION: 'An option is missing, unknown, or out of its bounds. The message names it.',
  ADIT_BAD_RECORDING: 'A recording of a conversation has a line that is not well formed.',
  ADIT_BAD_REQUEST: 'The control socket of the pool got a request that it does not understand.',
  ADIT_BAD_SEEDS: 'The seeds of a TrueHash dataset are not 10,240 seeds of 16 bytes.',
  ADIT_BAD_SOLUTION: 'An Equihash solution has a wrong length, or an index out of its range.',
  ADIT_BAD_SOURCE_KEY:
    'The key of an entry of the books cannot be built from its parts. Names of chains and batches have no colons.',
  ADIT_BAD_TEMPLATE:
    'A field of a block template does not follow from the others. A block of it would be invalid, so it is not mined.',
  ADIT_BAD_TRANSACTION: 'A transaction cannot be read.',
  ADIT_BAD_TRUEHASH_INPUT: 'An input of TrueHash has a wrong length or range.',
  ADIT_BAD_URL: 'A URL of a node or of a pool is not of the form that the message shows.',
  ADIT_BAD_VERIFIER_OPTIONS: 'The thread count or a queue length of the verifier is out of its bounds.',
  ADIT_BLOCK_OWNERS:
    'The pool cannot tell which blocks in the data folder belong to other processes that run.',
  ADIT_BROKEN_KERNEL:
    'A WebAssembly kernel lacks a function or gave an impossible answer. Compile the kernels again.',
  ADIT_CANNOT_LISTEN: 'A port cannot be opened, mostly because another program uses it.',
  ADIT_CANNOT_WRITE: 'A file cannot be written, or exists already.',
  ADIT_CONTROL: 'The control socket of the pool cannot be used. Ask as the user that runs the pool.',
  ADIT_CONTROL_IN_USE:
    'Another pool runs on the data folder, or answers on the control socket. Stop it, or set another `data`.',
  ADIT_CONTROL_PATH: 'The path of the control socket is too long for the system. Set a shorter `control`.',
  ADIT_DATA_FOLDER: 'The data folder cannot be used. The message says which part of it, and why.',
  ADIT_DEMO: 'A miner of the demo ended early.',
  ADIT_DEVNET_FULL: 'A devnet holds as many blocks as it may. Start a new one.',
  ADIT_DISK_BEHIND: 'Too many files of found blocks wait for the disk. It is too slow, or full.',
  ADIT_DUPLICATES_FULL:
    'The pool cannot remember more shares of one tip or header, so it credits no more. Raise the start difficulty.',
  ADIT_EMPTY_CHAIN: 'A devnet has no first block. This is a fault of the program.',
  ADIT_ENTRY_CONFLICT:
    'An entry of the books has the key of another one, or takes back what is not there or was taken back before. Nothing was posted.',
  ADIT_EQUIHASH_INPUT_TOO_LONG: 'An Equihash input is longer than 1,024 bytes.',
  ADIT_FAILED: 'A command to the control socket failed for a reason without a code. The message says which.',
  ADIT_GRANT_TOO_LATE:
    'Terms were given to a work that has its terms already. This is a fault of the program.',
  ADIT_HEADER_PRICE: 'The target of a TrueChain header cannot be read back. This is a fault of the program.',
  ADIT_INTERNAL:
    'The cause in the status of a node is an error that has no code. This is a fault of the program; the detail has its words.',
  ADIT_JOURNAL_CLOSED: 'A share came after the journal was closed.',
  ADIT_JOURNAL_EMPTY: 'A journal file is empty. Restore it from a copy if it had shares, or move it away.',
  ADIT_JOURNAL_EXISTS: 'There is a journal with this name already.',
  ADIT_JOURNAL_FAILED: 'The journal cannot be written, mostly because the disk is full or failing.',
  ADIT_JOURNAL_FULL: 'Too many shares wait for the disk, so the pool refuses this one.',
  ADIT_JOURNAL_GONE: 'A journal file was moved, replaced, deleted or emptied while the pool used it.',
  ADIT_JOURNAL_MISSING:
    'A journal of which the ledger has taken shares is gone, or lacks rows. Bring it back from a copy: until then the ledger takes no share.',
  ADIT_JOURNAL_UNREADABLE: 'A journal file cannot be read. Repair it, or move it away.',
  ADIT_JOURNAL_VERSION: 'A newer program wrote the journal. Use that program.',
  ADIT_LEASES_FAILED: 'The leases of nonce1 values cannot be read or written.',
  ADIT_LEASES_LOCKED: 'Another process holds the lock on the leases of nonce1 values.',
  ADIT_LISTEN_FDS: 'systemd gave sockets whose names are not those of the ports.',
  ADIT_MINING_THREAD: 'A thread of the miner failed or ended.',
  ADIT_NEWER_POOL:
    'The running pool answers in a newer version than this program knows. Ask with the program that runs the pool.',
  ADIT_NONCE1_EXHAUSTED:
    'The pool has no nonce1 for another miner. Use more bytes, or wait for leases to end.',
  ADIT_NOT_BANNED: 'The address whose ban was to be lifted is not banned.',
  ADIT_NOT_LOOPBACK: 'A devnet or a probe was asked to listen on an address that other machines reach.',
  ADIT_NOT_STARTED: 'A devnet was asked for its address before it was started.',
  ADIT_NOT_YOUR_POOL:
    'The probe asks, and a replay calls, pools of other machines only with `--i-operate-this-pool`.',
  ADIT_NO_CONNECTION: 'The replay cannot connect.',
  ADIT_NO_POOL: 'No pool answers at this address.',
  ADIT_NO_POOL_RUNS: 'No pool runs with this configuration, so it cannot be asked.',
  ADIT_NO_SUCH_BLOCK: 'The node does not have a block of this number or hash (yet).',
  ADIT_NO_WEBASSEMBLY:
    "The runtime has no WebAssembly (or not the wanted build of it), or a Content-Security-Policy without `'wasm-unsafe-eval'` forbids it.",
  ADIT_NUMBER_TOO_LARGE: 'A number is negative or does not fit the bytes that it is to be written into.',
  ADIT_OPAQUE_WORK: 'A coinbase that must be used as the node made it was to be changed.',
  ADIT_OTHER_CHAIN: 'The jobs of the pool are for other Equihash parameters than the probe was told.',
  ADIT_OTHER_DIALECT: 'The pool speaks another dialect than `--dialect` says.',
  ADIT_OUT_OF_MEMORY: 'There is not enough memory for an Equihash solver.',
  ADIT_RECORDING_FILE: 'The file of a recording cannot be read or written.',
  ADIT_REFUSED: 'The pool refuses the worker. The message has the words of the pool.',
  ADIT_REORG_TOO_DEEP: 'A devnet cannot give up so many blocks.',
  ADIT_RESERVE_REFUSED:
    'The reserve, or what it should be funded from, has less than a command asks for. Nothing was changed.',
  ADIT_RPC_ABORTED: 'A call to a node was given up, because its answer is not needed any more.',
  ADIT_RPC_BAD_ANSWER: 'A node sent an answer that cannot be used.',
  ADIT_RPC_ERROR: 'A node refused a call. The message has its words and its code.',
  ADIT_RPC_TIMEOUT: 'A node did not answer in time.',
  ADIT_RPC_UNAUTHORIZED: 'A node refuses the user name and password, or the cookie file cannot be read.',
  ADIT_RPC_UNREACHABLE: 'No connection to a node, or the connection was lost.',
  ADIT_SCHEME_CHANGE:
    'A change of the reward scheme lies before the last one, or no scheme is recorded for a share. Begin with a later block.',
  ADIT_SECRET_ENV: 'The environment variable for a password is not set.',
  ADIT_SECRET_FILE:
    'A file with a password or a key is empty, cannot be read, or can be read by others (`chmod 600`).',
  ADIT_SEEDS_MISMATCH: 'The seeds of a TrueChain node do not build the dataset that its work names.',
  ADIT_SEEDS_UNAVAILABLE: 'A TrueChain node gives no seeds for its dataset.',
  ADIT_SHARES_OUT_OF_ORDER:
    'The shares of a round do not come newest first, from that of its block. This is a fault of the program.',
  ADIT_SOLVER_THREAD: 'The thread of the probe that solves shares failed.',
  ADIT_SOLVER_UNSUPPORTED: 'The solver cannot solve these Equihash parameters; the verifier can check them.',
  ADIT_STATS:
    'The file of the statistics cannot be made or read. It holds nothing that the journals do not have: remove it, and it is made anew.',
  ADIT_API_BAD_CURSOR: 'A cursor was not made by the list that it was given to. Begin the list anew.',
  ADIT_API_BAD_PATH: 'A path of the public API cannot be decoded.',
  ADIT_API_BAD_QUERY:
    'A parameter of a request to the public API is unknown, comes twice, or is out of its bounds.',
  ADIT_API_BAD_REQUEST: 'The public server got something that is not HTTP.',
  ADIT_API_BODY: 'A request to the public server has a body, and nothing takes one.',
  ADIT_API_BUSY: 'The public server has as much to do as it can. Try again.',
  ADIT_API_FAILED: 'A request to the public API failed. The log of `adit web` says why.',
  ADIT_API_METHOD: 'The public server answers only GET and HEAD: it changes nothing.',
  ADIT_API_NOT_FOUND: 'There is nothing at this path of the public server.',
  ADIT_API_NO_ACCOUNT: 'No account of this name has mined, or it is private. Both are answered alike.',
  ADIT_API_NO_BLOCK: 'The pool found no block of this hash.',
  ADIT_API_NO_CHAIN: 'The pool has no chain of this name.',
  ADIT_API_NO_PAYOUT: 'There is no batch of payouts of this name, or it was never sent.',
  ADIT_API_NO_WORKER: 'The account has no rig of this name.',
  ADIT_API_TIMEOUT: 'A request did not come in time.',
  ADIT_API_TOO_LARGE: 'The head of a request is too large.',
  ADIT_API_TOO_LONG: 'The address of a request is too long.',
  ADIT_API_TOO_MANY:
    'Too many requests came from one address, or too many for names that nobody has. `Retry-After` says when to go on.',
  ADIT_API_WRONG_HOST:
    'The Host header of a request names no host that is served: see `allowed_hosts` of `[web]`.',
  ADIT_WEB_FILES: 'The pages of the dashboard cannot be served. The message names their folder.',
  ADIT_WEB_LISTEN:
    'The address of the web server cannot be opened, mostly because another program uses it. Set `listen` of `[web]`.',
  ADIT_STATUS:
    'The status of the pool does not have the form that this program knows. Ask with the program that runs the pool.',
  ADIT_TLS_FILES: 'The certificate and the key of a port cannot be used together.',
  ADIT_TOO_MANY_ACCOUNTS:
    'The journals name more accounts than can be summed up in memory. Narrow the time, or export the shares.',
  ADIT_TOO_MANY_DATASETS: 'The verifier holds as many TrueHash datasets as it may. Drop one first.',
  ADIT_TRUNCATED: 'Bytes end before the field that was to be read.',
  ADIT_UNKNOWN_CHAIN: 'There is no chain of this name. The message lists those that there are.',
  ADIT_UNKNOWN_DATASET: 'The verifier has no dataset with this hash.',
  ADIT_UNKNOWN_GROUP: 'The system has no user group of this name.',
  ADIT_UNKNOWN_PARENT: 'A devnet got a block whose parent it does not know.',
  ADIT_UNLIKE_PORTS: 'Settings of the ports of one chain do not fit together.',
  ADIT_UPGRADE: 'An upgrade is not possible or failed; the old process goes on. The message says why.',
  ADIT_VERIFIER_BUSY:
    'The queue of the verifier is full, so the pool refuses this share. More `verifier_threads` help.',
  ADIT_VERIFIER_CLOSED: 'A share came after the verifier was closed.',
  ADIT_VERIFIER_FAILED:
    'Two workers of the verifier died over one job, or a worker gave an impossible answer.',
  ADIT_WRONG_NETWORK: 'A node works on another network than the configuration says.',
};
