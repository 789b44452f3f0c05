/** How a picture comes here: WebRTC where it can, single JPEG pictures where it cannot. */
export type LineKind = 'webrtc' | 'jpeg';

/** Pictures come at least so often; a line that is silent for longer is dead. */
const SILENT_MS = 1200;
/** One that has played and is silent for so long after that is opened anew. */
const LOST_MS = 2000;
/** A daemon that has not answered an offer for so long is gone. It waits for its own STUN and TURN servers before it answers. */
const ANSWER_MS = 15_000;
/** A line that has brought no picture so long after the answer is given up: ways through a TURN server take some seconds to open. */
const CONNECT_MS = 6000;
const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 30_000;

export interface Wanted {
  readonly shown: LineKind;
  readonly webrtc: boolean;
  readonly jpeg: boolean;
}

/**
 * Decides which line is open and which is shown. JPEG starts at once, so that there is a picture while WebRTC still connects, and
 * ends when WebRTC brings its first; it is back as soon as WebRTC goes silent. WebRTC is tried again, at growing distances.
 */
export class LineChoice {
  #openedAt: number | null = null;
  #answeredAt: number | null = null;
  #pictureAt: number | null = null;
  #retryAt: number;
  #retryMs = FIRST_RETRY_MS;
  readonly #possible: boolean;

  constructor(nowMs: number, webrtcPossible: boolean) {
    this.#retryAt = nowMs;
    this.#possible = webrtcPossible;
  }

  /** The daemon answered the offer. */
  answered(nowMs: number): void {
    if (this.#openedAt !== null) this.#answeredAt = nowMs;
  }

  /** WebRTC brought a picture. */
  picture(nowMs: number): void {
    if (this.#openedAt === null) return;
    this.#pictureAt = nowMs;
    this.#retryMs = FIRST_RETRY_MS;
  }

  /** WebRTC was refused or lost. */
  failed(nowMs: number): void {
    this.#openedAt = null;
    this.#answeredAt = null;
    this.#pictureAt = null;
    this.#retryAt = nowMs + this.#retryMs;
    this.#retryMs = Math.min(LONGEST_RETRY_MS, this.#retryMs * 2);
  }

  /** What was silent because nobody looked (a hidden page) is not judged by it. */
  forgive(nowMs: number): void {
    if (this.#pictureAt !== null) this.#pictureAt = nowMs;
    if (this.#openedAt !== null) this.#openedAt = nowMs;
    if (this.#answeredAt !== null) this.#answeredAt = nowMs;
  }

  /** What should be open now. Call several times a second. */
  look(nowMs: number): Wanted {
    if (this.#openedAt !== null && this.#isDead(this.#openedAt, nowMs)) this.failed(nowMs);
    if (this.#possible && this.#openedAt === null && nowMs >= this.#retryAt) this.#openedAt = nowMs;
    const plays = this.#pictureAt !== null && nowMs - this.#pictureAt < SILENT_MS;
    return { shown: plays ? 'webrtc' : 'jpeg', webrtc: this.#openedAt !== null, jpeg: !plays };
  }

  #isDead(openedAt: number, nowMs: number): boolean {
    if (this.#pictureAt !== null) return nowMs - this.#pictureAt >= SILENT_MS + LOST_MS;
    return this.#answeredAt === null ? nowMs - openedAt >= ANSWER_MS : nowMs - this.#answeredAt >= CONNECT_MS;
  }
}
