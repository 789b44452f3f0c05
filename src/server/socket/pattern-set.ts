import { failure } from '../../contract/error.ts';
import { isOscPattern, readOscPattern, type OscPattern } from '../../protocols/osc/pattern.ts';

/** Wildcards of one set, all patterns together: they bound what matching it against a whole show takes (milliseconds). */
const MOST_WILDCARDS = 32;

/**
 * A set of addresses, each an address or an OSC pattern. A bare key (`/strength`) means what it means in a set. Answers from
 * memory for an address that it was asked before.
 */
export class PatternSet {
  readonly patterns: readonly string[];
  readonly #exact: readonly string[];
  readonly #wild: readonly OscPattern[];
  readonly #known = new Map<string, boolean>();
  readonly #resolve: (address: string) => string | null;

  /** Throws E_WS_PATTERN. `resolve` answers the whole address of a bare key. */
  constructor(patterns: readonly string[], resolve: (address: string) => string | null) {
    this.patterns = patterns;
    const wild = patterns.filter(isOscPattern);
    const wildcards = wild.reduce((sum, pattern) => sum + wildcardsOf(pattern), 0);
    if (wildcards > MOST_WILDCARDS)
      throw failure('E_WS_PATTERN', `The patterns hold ${wildcards} wildcards; ${MOST_WILDCARDS} are taken`, {
        limit: MOST_WILDCARDS,
      });
    this.#exact = patterns.filter((pattern) => !isOscPattern(pattern));
    this.#wild = wild.map(read);
    this.#resolve = resolve;
    this.forget();
  }

  has(address: string): boolean {
    const known = this.#known.get(address);
    if (known !== undefined) return known;
    const matches = this.#wild.some((pattern) => pattern.matches(address));
    this.#known.set(address, matches);
    return matches;
  }

  /** The graph is another: a bare key may mean another address, and what is gone need not be known. */
  forget(): void {
    this.#known.clear();
    for (const address of this.#exact) this.#known.set(this.#resolve(address) ?? address, true);
  }
}

function read(pattern: string): OscPattern {
  const matcher = readOscPattern(pattern);
  if (matcher !== null) return matcher;
  throw failure(
    'E_WS_PATTERN',
    `"${pattern}" is no OSC pattern: a bracket or brace is left open or holds another`,
    {
      pattern,
    },
  );
}

function wildcardsOf(pattern: string): number {
  return pattern.match(/[?*[{]|\/\//g)?.length ?? 0;
}
