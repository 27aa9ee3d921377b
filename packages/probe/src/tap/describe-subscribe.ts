import { generic, text } from './describe-values.ts';

/** The parameters of `mining.subscribe` as ZIP 301 has them, for people. */
export function zcashSubscribe(params: readonly unknown[]): string {
  const [agent, session, host, port] = params;
  if (params.length !== 4) return ` ${generic(params)}`;
  return ` agent ${text(agent)} session ${text(session)} host ${text(host)} port ${text(port)}`;
}

/** The parameters of `mining.subscribe` as the TrueStratum document has them, for people. */
export function trueStratumSubscribe([agent, version, session]: readonly unknown[]): string {
  const more = session === undefined ? '' : ` session ${text(session)}`;
  return ` agent ${text(agent)} speaks ${text(version)}${more}`;
}
