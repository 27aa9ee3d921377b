import { ProblemError } from '../problems.ts';
import { TOPICS } from '../schema/events.ts';

/** Accounts that one stream follows. */
const MOST_ACCOUNTS = 4;
const MOST_TEXT = 8_000;

/**
 * Reads the topics of a stream: those of the pool, and `account:<chain>:<account>`.
 * @param isShown tells accounts that anybody may see
 * @throws ProblemError `ADIT_API_BAD_QUERY`, and `ADIT_API_NO_ACCOUNT` for an account that is unknown or private
 */
export function readTopics(
  query: Readonly<Record<string, string>>,
  isShown: (chain: string, account: string) => boolean,
): ReadonlySet<string> {
  for (const name of Object.keys(query))
    if (name !== 'topics') throw new ProblemError('ADIT_API_BAD_QUERY', 'only topics');
  const text = query['topics'];
  if (text === undefined) return new Set(TOPICS);
  if (text.length > MOST_TEXT) throw new ProblemError('ADIT_API_BAD_QUERY', 'topics: too long');
  const known = new Set<string>(TOPICS);
  const topics = new Set<string>();
  let accounts = 0;
  for (const topic of text.split(',')) {
    if (known.has(topic)) {
      topics.add(topic);
      continue;
    }
    const account = accountTopic(topic);
    if (account === undefined) throw new ProblemError('ADIT_API_BAD_QUERY', 'topics: not known');
    accounts += 1;
    if (accounts > MOST_ACCOUNTS) throw new ProblemError('ADIT_API_BAD_QUERY', 'topics: too many accounts');
    if (!isShown(account.chain, account.name)) throw new ProblemError('ADIT_API_NO_ACCOUNT');
    topics.add(topic);
  }
  return topics;
}

/** The account of a topic. Commas of its name are percent-encoded once more, as they stand between topics. */
export function accountTopic(topic: string): { readonly chain: string; readonly name: string } | undefined {
  const [, chain, name] = /^account:([^:]{1,64}):(.{1,1536})$/s.exec(topic) ?? [];
  if (chain === undefined || name === undefined) return undefined;
  try {
    return { chain, name: decodeURIComponent(name) };
  } catch {
    return undefined;
  }
}
