const WINDOW_MS = 100;
/** What goes out at once within a window, in points: a line is one, and one more for every 1,024 characters in it. */
const POINTS = 100;
const CHARACTERS_PER_POINT = 1_024;
/** A stack trace fits; what comes beyond is cut off. */
const LINE_CHARACTERS = 16_384;

/**
 * Sends a node's log to the daemon at a pace that cannot hold it up: within each tenth of a second the first lines go out at
 * once and the last ones at its end; what lies between is counted, and the count goes with the next line.
 */
export class LogGate {
  readonly #send: (line: string, dropped: number) => void;
  readonly #later: (call: () => void, delayMs: number) => void;
  readonly #kept: string[] = [];
  #keptPoints = 0;
  #dropped = 0;
  /** Points of this window; null while there is none. */
  #spent: number | null = null;

  constructor(
    send: (line: string, dropped: number) => void,
    later: (call: () => void, delayMs: number) => void,
  ) {
    this.#send = send;
    this.#later = later;
  }

  line(text: string): void {
    if (this.#spent === null) {
      this.#spent = 0;
      this.#later(() => this.#windowEnds(), WINDOW_MS);
    }
    const line = text.slice(0, LINE_CHARACTERS);
    this.#spent += pointsOf(line);
    if (this.#spent <= POINTS) this.#send(line, 0);
    else this.#keep(line);
  }

  /** Sends what waits: the node is about to say why it failed. */
  flush(): void {
    for (const line of this.#kept.splice(0)) {
      this.#send(line, this.#dropped);
      this.#dropped = 0;
    }
    this.#keptPoints = 0;
  }

  #keep(line: string): void {
    this.#kept.push(line);
    this.#keptPoints += pointsOf(line);
    while (this.#keptPoints > POINTS) {
      const oldest = this.#kept.shift();
      if (oldest === undefined) return;
      this.#keptPoints -= pointsOf(oldest);
      this.#dropped += oldest.split('\n').length;
    }
  }

  #windowEnds(): void {
    this.#spent = null;
    this.flush();
  }
}

function pointsOf(line: string): number {
  return 1 + Math.floor(line.length / CHARACTERS_PER_POINT);
}
