/** Upgrades of a Regtest chain that zecd 0.9.0-rc2 follows: it knows those up to NU6.2 by these heights, and no others. */
export const NU63_HEIGHT = 8;
/** Payouts rest for 150 blocks before it. Rewards mature, and are paid once before that. */
export const NU7_HEIGHT = 420;

/** How zecd is told the heights of the later ones. */
export const ZECD_HEIGHTS = {
  ZECD_REGTEST_NU63_HEIGHT: String(NU63_HEIGHT),
  ZECD_REGTEST_NU7_HEIGHT: String(NU7_HEIGHT),
};

/** For Zebra's configuration. NU6.1 wants a lockbox to pay out of, and so a stream that fills it. */
export const ZEBRA_UPGRADES = `[network.testnet_parameters]
disable_pow = true

[[network.testnet_parameters.funding_streams]]
[network.testnet_parameters.funding_streams.height_range]
start = 1
end = 1_000_000

[[network.testnet_parameters.funding_streams.recipients]]
receiver = "Deferred"
numerator = 12
addresses = []

[[network.testnet_parameters.lockbox_disbursements]]
address = "t26ovBdKAJLtrvBsE2QGF4nqBkEuptuPFZz"
amount = 100_000

[network.testnet_parameters.activation_heights]
NU5 = 1
NU6 = 1
"NU6.1" = 4
"NU6.2" = 4
"NU6.3" = ${NU63_HEIGHT}`;
