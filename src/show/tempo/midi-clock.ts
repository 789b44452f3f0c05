/** MIDI 1.0 Detailed Specification, System Real Time Messages: 24 clocks per quarter note. */
export const ticksPerBeat = 24;

const mostTicks = 4 * ticksPerBeat;
/** Half a beat: fewer say too little of the tempo. */
const fewestTicks = ticksPerBeat / 2;
/** What ports and schedulers scatter ticks by; beyond it the tempo has changed. */
const jitterUs = 3_600;
const changeTicks = 4;
const keptAtChange = 6;

/** The line through the ticks of a MIDI clock at its newest one. */
export interface ClockLine {
  /** Ticks since the filter began, missed ones counted. */
  readonly tick: number;
  /** When this tick would have come without jitter, monotonic microseconds. */
  readonly timeUs: number;
  readonly ticksPerUs: number;
}

/**
 * The tempo behind the jitter of a MIDI clock: the least-squares line through the last four beats of ticks, or through fewer
 * after the tempo changed. Uniform jitter of ±3 ms leaves about 0.05 % of the tempo and 0.4 ms of the phase uncertain.
 */
export class ClockFilter {
  #ticks: { readonly tick: number; readonly timeUs: number }[] = [];
  #line: ClockLine | null = null;
  /** Distances of the newest ticks from where the line expected them. */
  #off: number[] = [];
  /** Ticks that the last distance seemed to have left out. */
  #leftOut = 0;

  /** Number of the newest tick; −1 before the first. */
  get tick(): number {
    return this.#ticks.at(-1)?.tick ?? -1;
  }

  /** The line, or null while too few ticks have come. */
  hear(timeUs: number): ClockLine | null {
    const missed = this.#missed(timeUs);
    const tick = this.tick + 1 + missed;
    this.#ticks.push({ tick, timeUs });
    this.#judge(tick, timeUs);
    if (this.#ticks.length > mostTicks) this.#ticks.shift();
    const isSure = this.#line !== null || this.#ticks.length >= fewestTicks;
    if (isSure && this.#ticks.length > 2) this.#line = lineThrough(this.#ticks);
    return this.#line;
  }

  reset(): void {
    this.#ticks = [];
    this.#line = null;
    this.#off = [];
    this.#leftOut = 0;
  }

  // A tick that comes a whole distance late follows one that was lost, unless the next one comes late as well: then the tempo
  // has fallen, and nothing was lost.
  #missed(timeUs: number): number {
    const last = this.#ticks.at(-1);
    if (this.#line === null || last === undefined) return 0;
    // Late for the line and late after the last: neither jitter nor a tempo that falls slowly is that.
    const late = timeUs - Math.max(this.#line.timeUs, last.timeUs);
    const missed = Math.max(0, Math.round(late * this.#line.ticksPerUs) - 1);
    if (missed === 0 || this.#leftOut === 0) {
      this.#leftOut = missed;
      return missed;
    }
    this.#ticks = [{ tick: last.tick - this.#leftOut, timeUs: last.timeUs }];
    this.#off = [];
    this.#leftOut = 0;
    this.#line = { tick: this.tick, timeUs: last.timeUs, ticksPerUs: 1 / (timeUs - last.timeUs) };
    return 0;
  }

  #judge(tick: number, timeUs: number): void {
    if (this.#line === null) return;
    const expectedUs = this.#line.timeUs + (tick - this.#line.tick) / this.#line.ticksPerUs;
    this.#off = [...this.#off, timeUs - expectedUs].slice(-changeTicks);
    const mean = this.#off.reduce((sum, off) => sum + off, 0) / changeTicks;
    const oneWay = this.#off.every((off) => Math.sign(off) === Math.sign(mean));
    if (this.#off.length < changeTicks || !oneWay || Math.abs(mean) <= jitterUs) return;
    this.#ticks = this.#ticks.slice(-keptAtChange);
    this.#off = [];
  }
}

function lineThrough(ticks: readonly { readonly tick: number; readonly timeUs: number }[]): ClockLine | null {
  const first = ticks[0];
  const last = ticks.at(-1);
  if (first === undefined || last === undefined) return null;
  let sumX = 0;
  let sumY = 0;
  let sumXx = 0;
  let sumXy = 0;
  // From the first tick on, so that squares of large clock readings do not eat the digits.
  for (const { tick, timeUs } of ticks) {
    const x = tick - first.tick;
    const y = timeUs - first.timeUs;
    sumX += x;
    sumY += y;
    sumXx += x * x;
    sumXy += x * y;
  }
  const count = ticks.length;
  const usPerTick = (count * sumXy - sumX * sumY) / (count * sumXx - sumX * sumX);
  if (!(usPerTick > 0)) return null;
  const startUs = first.timeUs + (sumY - usPerTick * sumX) / count;
  return {
    tick: last.tick,
    timeUs: startUs + usPerTick * (last.tick - first.tick),
    ticksPerUs: 1 / usPerTick,
  };
}
