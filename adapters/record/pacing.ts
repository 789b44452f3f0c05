/** One picture to be written. */
export interface Mark {
  /** On the clock of the frames, microseconds; grows from mark to mark. */
  readonly atUs: number;
  /** `frame`: the one that is shown; `last`: the one before once more. */
  readonly picture: 'frame' | 'last';
}

/** In silence a picture is written again after so long, so that length and file are true whenever somebody pulls the plug. */
const SILENCE_US = 500_000;
/** A presentation time further from now than this is a mistake of its source. */
const CREDIBLE_US = 2_000_000;
/** Two pictures are at least this far apart: times in files have a grain. */
const GRAIN_US = 500;
/** Of a constant rate, in one go; what is missing after a long stop is filled in bit by bit. */
const MOST_AT_ONCE = 60;

/**
 * When which picture is written. Pure; microseconds. Without a rate each frame has its own presentation time and repeats are left
 * out but for two a second in silence; with one there is a picture at every tick of it, repeated or merged as need be.
 */
export class Pacing {
  readonly #periodUs: number | null;
  #origin = 0;
  #ticks = 0;
  #lastUs: number | null = null;
  #lastNowUs = 0;

  constructor(rateHz: number) {
    this.#periodUs = rateHz > 0 ? 1e6 / rateHz : null;
  }

  /** What to write now that a frame is shown, anew or again. */
  marks(frame: { readonly ptsUs: number; readonly repeat: boolean }, nowUs: number): readonly Mark[] {
    const last = this.#lastUs;
    if (last === null) return this.#begin(this.#timeOf(frame.ptsUs, nowUs), nowUs);
    const sinceUs = last + (nowUs - this.#lastNowUs);
    if (this.#periodUs !== null) {
      const atUs = frame.repeat ? sinceUs : this.#timeOf(frame.ptsUs, nowUs);
      return this.#ticked(this.#periodUs, atUs, frame.repeat, nowUs);
    }
    if (frame.repeat) {
      if (sinceUs - last < SILENCE_US) return [];
      return [this.#marked(sinceUs, nowUs, 'last')];
    }
    return [this.#marked(Math.max(last + GRAIN_US, this.#timeOf(frame.ptsUs, nowUs)), nowUs, 'frame')];
  }

  /** When the last picture ends, seen from now. */
  endUs(nowUs: number): number {
    return (this.#lastUs ?? 0) + Math.max(GRAIN_US, nowUs - this.#lastNowUs);
  }

  #begin(atUs: number, nowUs: number): readonly Mark[] {
    this.#origin = atUs;
    this.#ticks = 0;
    return [this.#marked(atUs, nowUs, 'frame')];
  }

  #ticked(periodUs: number, atUs: number, repeat: boolean, nowUs: number): readonly Mark[] {
    const place = (atUs - this.#origin) / periodUs;
    // A repeat is shown where a frame may still come: its own tick is left to that.
    const target = repeat ? Math.floor(place) - 1 : Math.round(place);
    const marks: Mark[] = [];
    const nowOf = (tick: number): number => nowUs - (atUs - (this.#origin + tick * periodUs));
    while (this.#ticks < target && marks.length < MOST_AT_ONCE) {
      this.#ticks += 1;
      const isFrame = !repeat && this.#ticks === target;
      const at = this.#origin + this.#ticks * periodUs;
      marks.push(this.#marked(at, nowOf(this.#ticks), isFrame ? 'frame' : 'last'));
    }
    return marks;
  }

  #marked(atUs: number, nowUs: number, picture: Mark['picture']): Mark {
    this.#lastUs = atUs;
    this.#lastNowUs = nowUs;
    return { atUs, picture };
  }

  #timeOf(ptsUs: number, nowUs: number): number {
    return Math.abs(ptsUs - nowUs) < CREDIBLE_US ? ptsUs : nowUs;
  }
}
