/**
 * Who feeds a source. The first publisher keeps it for as long as it is heard. One that is silent for `SILENT_MS` may have died
 * without a word: it keeps the source until another one asks, and then goes, so that a publisher that comes back is never locked out
 * by what is left of itself.
 */
export const SILENT_MS = 1_800;

export interface Publisher {
  readonly session: string;
  readonly client: string;
  /** Ends its session. */
  end(reason: string): void;
}

export interface SeatClock {
  nowMs(): number;
  /** Answers what takes it back. */
  in(ms: number, callback: () => void): () => void;
}

export const systemClock: SeatClock = {
  nowMs: () => performance.now(),
  in: (ms, callback) => {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

type News = 'heard' | 'silent' | 'left';

/** The place of one source node for its publisher. */
export class Seat {
  readonly #clock: SeatClock;
  readonly #changed: () => void;
  readonly #newcomers = new Set<(news: News) => void>();
  #publisher: Publisher | null = null;
  #heardMs = 0;
  #silent = false;
  #cancel: (() => void) | null = null;

  /** `changed`: somebody came or left, fell silent or was heard again. */
  constructor(changed: () => void, clock: SeatClock = systemClock) {
    this.#changed = changed;
    this.#clock = clock;
  }

  get publisher(): Publisher | null {
    return this.#publisher;
  }

  /** Its publisher is there and has not been heard for a while. */
  get silent(): boolean {
    return this.#silent;
  }

  /** Null where the publisher has it now, else why not. Where another one has it, that one must be heard once more to keep it. */
  async claim(publisher: Publisher): Promise<string | null> {
    const holder = this.#publisher;
    if (holder !== null && !this.#silent && (await this.#news()) === 'heard') return takenBy(holder);
    // Another newcomer may have been faster.
    if (this.#publisher !== null && !this.#silent) return takenBy(this.#publisher);
    this.#publisher?.end('Another publisher took its place: nothing had been heard of it any more');
    this.#sit(publisher);
    return null;
  }

  leave(session: string): void {
    if (this.#publisher?.session !== session) return;
    this.#cancel?.();
    this.#publisher = this.#cancel = null;
    this.#silent = false;
    this.#tell('left');
    this.#changed();
  }

  /** A packet of any kind came from it: browsers send a report a second also while their picture stands still. */
  heard(session: string): void {
    if (this.#publisher?.session !== session) return;
    this.#heardMs = this.#clock.nowMs();
    if (this.#newcomers.size > 0) this.#tell('heard');
    if (!this.#silent) return;
    this.#silent = false;
    this.#listen(SILENT_MS);
    this.#changed();
  }

  #sit(publisher: Publisher): void {
    this.#cancel?.();
    this.#publisher = publisher;
    this.#silent = false;
    this.#heardMs = this.#clock.nowMs();
    this.#listen(SILENT_MS);
    this.#changed();
  }

  #listen(ms: number): void {
    this.#cancel = this.#clock.in(ms, () => {
      const restMs = this.#heardMs + SILENT_MS - this.#clock.nowMs();
      if (restMs > 1) return this.#listen(restMs);
      this.#cancel = null;
      this.#silent = true;
      this.#tell('silent');
      this.#changed();
    });
  }

  #news(): Promise<News> {
    return new Promise((resolve) => this.#newcomers.add(resolve));
  }

  #tell(news: News): void {
    const waiting = [...this.#newcomers];
    this.#newcomers.clear();
    for (const tell of waiting) tell(news);
  }
}

function takenBy({ client }: Publisher): string {
  return `Another session ("${client}") feeds it already and keeps it`;
}
