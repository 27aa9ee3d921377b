import { z } from 'zod';
import { hasKey } from '../documents/look-up.ts';
import { openApiDocument } from '../openapi.ts';
import { ProblemError } from '../problems.ts';
import type { PublicSources } from '../sources.ts';
import { AnswerCache, type ReadyAnswer, readyAnswer } from './answer-cache.ts';
import type { FoundRoute } from './read-path.ts';
import { readQuery } from './read-path.ts';

const JSON_TYPE = 'application/json; charset=utf-8';
const CSV_TYPE = 'text/csv; charset=utf-8';
const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';
/** 2,000 documents of some 6 KB with their short forms. */
const DOCUMENTS = { maxEntries: 2_000, maxBytes: 32 * 1024 * 1024 };
/** Names that nobody has. They have a cache of their own, so that a search for names cannot push documents out. */
const ABSENT = { maxEntries: 5_000, maxBytes: 8 * 1024 * 1024 };
const ABSENT_S = 30;

/** Makes the answers of the API, each once however many ask for it. */
export class ApiAnswers {
  readonly #sources: PublicSources;
  readonly #documents: AnswerCache;
  readonly #absent: AnswerCache;
  readonly #openApi: ReadyAnswer;

  constructor(sources: PublicSources, now?: () => number) {
    this.#sources = sources;
    this.#documents = new AnswerCache(DOCUMENTS, now);
    this.#absent = new AnswerCache(ABSENT, now);
    this.#openApi = readyAnswer(200, JSON_TYPE, JSON.stringify(openApiDocument()), 3_600);
  }

  /** Answers that are kept, and their bytes: for tests, and for those who watch the server. */
  get kept(): { readonly documents: number; readonly absent: number; readonly bytes: number } {
    const [documents, absent] = [this.#documents, this.#absent];
    return { documents: documents.size, absent: absent.size, bytes: documents.bytes + absent.bytes };
  }

  get openApi(): ReadyAnswer {
    return this.#openApi;
  }

  /**
   * The answer to a request. An answer that needs a key is never kept.
   * @throws ProblemError
   */
  async answer({ route, params }: FoundRoute, search: string, key: string | undefined): Promise<ReadyAnswer> {
    const query = route.query.safeParse(readQuery(search));
    if (!query.success) {
      const [issue] = query.error.issues;
      throw new ProblemError('ADIT_API_BAD_QUERY', `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
    }
    // The parsed query, so that two spellings of one question are one key.
    const name = JSON.stringify([route.id, params, query.data]);
    const absent = this.#absent.find(name);
    const isKeyed = hasKey({ sources: this.#sources, params, key });
    if (absent !== undefined && !isKeyed) return absent;
    const make = async (): Promise<ReadyAnswer> => {
      const call = { sources: this.#sources, params, query: query.data, key } as never;
      const document = await route.build(call);
      if (typeof document === 'string') return readyAnswer(200, CSV_TYPE, document, route.seconds);
      const text = JSON.stringify(z.parse(route.answer ?? z.object({}), document));
      return readyAnswer(200, JSON_TYPE, text, route.seconds);
    };
    try {
      return isKeyed ? await make() : await this.#documents.get(name, make);
    } catch (error) {
      if (!(error instanceof ProblemError) || error.status !== 404) throw error;
      const answer = problemAnswer(error, ABSENT_S);
      if (!isKeyed) this.#absent.put(name, answer);
      return answer;
    }
  }
}

/** A problem as an answer. @param seconds how long it may be kept; left out for one that may not */
export function problemAnswer(problem: ProblemError, seconds?: number): ReadyAnswer {
  return readyAnswer(problem.status, PROBLEM_TYPE, problem.body, seconds);
}
