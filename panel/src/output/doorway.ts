import type { Graph } from '../../../src/contract/graph.ts';

/** After a token that was refused; guessing is counted, and this is no guess. */
const REFUSED_MS = 30_000;

interface Doors {
  readonly fetch: typeof fetch;
  readonly nowMs: () => number;
}

/** The way to a daemon that may be beyond this machine, may not run, and may ask for a token. */
export class Doorway {
  readonly #doors: Doors;
  readonly #token: string | null;
  #restUntilMs = 0;

  constructor(token: string | null, doors: Doors) {
    this.#token = token;
    this.#doors = doors;
  }

  /** The graph that plays; null where the daemon does not answer, or does not let us in. */
  async graph(): Promise<Graph | null> {
    try {
      const answer = await this.#doors.fetch('/api/v1/graph');
      if (answer.status === 401) await this.#signIn();
      return answer.ok ? ((await answer.json()) as Graph) : null;
    } catch {
      return null;
    }
  }

  /** Trades the token for a cookie; the next question shows whether it did. */
  async #signIn(): Promise<void> {
    const now = this.#doors.nowMs();
    if (this.#token === null || now < this.#restUntilMs) return;
    const answer = await this.#doors.fetch('/sign-in', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token: this.#token }),
    });
    if (!answer.ok) this.#restUntilMs = now + REFUSED_MS;
  }
}

/** What the audience sees: the sink `out`, else the first one. */
export function outputOf({ nodes }: Graph): string | null {
  const sinks = nodes.filter(({ type }) => type === 'sink');
  return (sinks.find(({ id }) => id === 'out') ?? sinks[0])?.id ?? null;
}
