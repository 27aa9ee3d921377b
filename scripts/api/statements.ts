/** A declaration of a `.d.ts` file. */
export interface Declaration {
  readonly name: string;
  readonly kind: 'class' | 'interface' | 'type' | 'function' | 'const';
  /** Its text as the compiler wrote it, with its comments. */
  readonly text: string;
  /** The doc comment directly before it, with its marks; undefined where there is none. */
  readonly doc: string | undefined;
}

/** A name that a file takes from another one, or passes on from it. */
export interface Link {
  /** As written: `./hex.ts`, `@adit/primitives`, `node:net`. */
  readonly from: string;
  /** What it is called there. */
  readonly name: string;
  /** Passed on as a type: of a class without its constructor. */
  readonly typeOnly: boolean;
}

/** What a `.d.ts` file says. */
export interface DeclarationFile {
  /** Overloads of one name are several declarations. */
  readonly declarations: readonly Declaration[];
  /** By the name that this file uses. */
  readonly imports: ReadonlyMap<string, Link>;
  /** By the name under which it is passed on. */
  readonly reexports: ReadonlyMap<string, Link>;
}

const HEAD =
  /^(?:export )?(?:declare )?(?:abstract )?(class|interface|type|function|const|let|enum|namespace) ([\w$]+)/;
/** A type of a package with a default export, such as a database driver's. */
const DEFAULT_LINK = /^import (?:type )?([\w$]+) from ['"]([^'"]+)['"]/;
const LINK = /^(import|export) (type )?\{([^}]*)\} from ['"]([^'"]+)['"]/s;

/**
 * Reads what the compiler has written. It knows the few forms that TypeScript gives declarations, not the language.
 * @throws Error for a form that it does not know
 */
export function parseDeclarations(text: string): DeclarationFile {
  const declarations: Declaration[] = [];
  const imports = new Map<string, Link>();
  const reexports = new Map<string, Link>();
  for (const { body, doc } of statementsOf(text)) {
    const [, direction, allTypes, names, from] = LINK.exec(body) ?? [];
    if (direction !== undefined && names !== undefined && from !== undefined) {
      for (const { as, name, isType } of namesOf(names)) {
        const link = { from, name, typeOnly: isType || allTypes !== undefined };
        (direction === 'import' ? imports : reexports).set(as, link);
      }
      continue;
    }
    const [, whole, origin] = DEFAULT_LINK.exec(body) ?? [];
    if (whole !== undefined && origin !== undefined) {
      imports.set(whole, { from: origin, name: 'default', typeOnly: true });
      continue;
    }
    const [, kind, name] = HEAD.exec(body) ?? [];
    if (kind !== undefined && name !== undefined) {
      declarations.push({ name, kind: kindOf(kind, body), text: body, doc });
    } else if (!/^(?:export \{\};|import ['"])/.test(body)) {
      throw new Error(`a form of declaration that is not known: ${body.slice(0, 80)}`);
    }
  }
  return { declarations, imports, reexports };
}

function kindOf(kind: string, body: string): Declaration['kind'] {
  if (kind === 'class' || kind === 'interface' || kind === 'type' || kind === 'function' || kind === 'const')
    return kind;
  throw new Error(`a kind of declaration that is not known: ${body.slice(0, 80)}`);
}

/** What `A, type B, C as D` names. */
function namesOf(list: string): { readonly as: string; readonly name: string; readonly isType: boolean }[] {
  return list
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => {
      const isType = part.startsWith('type ');
      const [name = '', as = name] = part.replace(/^type /, '').split(' as ');
      return { as, name, isType };
    });
}

/** Comments and texts as single matches, so that brackets and semicolons in them do not count. */
const TOKEN = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`|[{}()[\];]/g;

/** The statements at the top of a file, each with the doc comment before it. */
function* statementsOf(text: string): Generator<{ readonly body: string; readonly doc: string | undefined }> {
  let depth = 0;
  let begin = 0;
  let doc: string | undefined;
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    const end = index + token.length;
    if (depth === 0 && text.slice(begin, index).trim() === '' && token.startsWith('/')) {
      doc = token.startsWith('/**') ? token : undefined;
      begin = end;
      continue;
    }
    if ('{(['.includes(token)) depth += 1;
    if ('})]'.includes(token)) depth -= 1;
    if (depth > 0 || !ends(token, text.slice(begin, end), text[end])) continue;
    yield { body: text.slice(begin, end).trim(), doc };
    begin = end;
    doc = undefined;
  }
  const rest = text
    .slice(begin)
    .replace(/\/\/[^\n]*/g, '')
    .trim();
  if (rest !== '') throw new Error(`a form of declaration that is not known: ${rest.slice(0, 80)}`);
}

/** The body of a class or an interface is the last thing on its line; a type among its parameters is not. */
function ends(token: string, body: string, next: string | undefined): boolean {
  if (token === ';') return true;
  if (token !== '}' || (next !== '\n' && next !== undefined)) return false;
  return /^\s*(?:export )?(?:declare )?(?:abstract )?(?:class|interface) /.test(body);
}

/** The names in the text of a declaration, without those in comments, texts, and behind a dot. */
export function namesIn({ text }: Declaration): ReadonlySet<string> {
  const bare = text.replace(TOKEN, (token) => (token.length > 1 ? ' ' : token));
  return new Set([...bare.matchAll(/(?<![\w$.#])[A-Za-z_$][\w$]*/g)].map(([name]) => name));
}

/** A class as a type: nobody can call the constructor, so what it takes needs no name. */
export function withoutConstructor(declaration: Declaration): Declaration {
  const { text } = declaration;
  const begin = text.indexOf('constructor(');
  if (begin < 0) return declaration;
  let depth = 0;
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    if (index < begin) continue;
    if ('{(['.includes(token)) depth += 1;
    if ('})]'.includes(token)) depth -= 1;
    if (depth === 0 && token === ')')
      return { ...declaration, text: text.slice(0, begin) + text.slice(index + 1) };
  }
  return declaration;
}
