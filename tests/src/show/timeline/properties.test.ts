import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ParameterSpec } from '../../../../src/contract/parameter.ts';
import {
  keyframeCurves,
  timelineSchema,
  type Keyframe,
  type Timeline,
} from '../../../../src/contract/timeline.ts';
import { shape } from '../../../../src/show/curve.ts';
import { ownSpec } from '../../../../src/show/entry.ts';
import { valueAt } from '../../../../src/show/timeline/evaluate.ts';
import { punched } from '../../../../src/show/timeline/punch.ts';
import { eventsOf } from '../../../../src/show/timeline/score.ts';
import { Thinning } from '../../../../src/show/timeline/thinning.ts';
import { Transport, type Beats } from '../../../../src/show/timeline/transport.ts';

const fader: ParameterSpec = ownSpec('fader', 'number', 0, '', {
  label: '',
  order: 0,
  minimum: 0,
  maximum: 1,
});

const track = fc
  .array(
    fc.record({
      at: fc.integer({ min: 0, max: 40 }),
      value: fc.double({ min: 0, max: 1, noNaN: true }),
      curve: fc.constantFrom(...keyframeCurves),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((points): Keyframe[] => [...points].sort((a, b) => a.at - b.at));

/** What the words of the guide say, without any cleverness. */
function plainly(keyframes: readonly Keyframe[], position: number): number {
  let value = Number(keyframes[0]?.value);
  for (const [index, { at, value: from, curve }] of keyframes.entries()) {
    if (at > position) break;
    const next = keyframes[index + 1];
    value = Number(from);
    if (next !== undefined && next.at > position && curve !== 'hold')
      value += (Number(next.value) - value) * shape(curve, (position - at) / (next.at - at));
  }
  return value;
}

test('A track has at every place what its keyframes say', () => {
  fc.assert(
    fc.property(track, fc.double({ min: 0, max: 50, noNaN: true }), (keyframes, position) => {
      expect(valueAt('number', keyframes, position)).toBeCloseTo(plainly(keyframes, position), 9);
    }),
  );
});

const ms = (count: number): number => count / 1000;
const beats: Beats = {
  bpm: 120,
  beatAt: (timeUs) => 7 + timeUs / 500_000,
  timeOf: (beat) => (beat - 7) * 500_000,
};

type Act =
  | { readonly kind: 'look'; readonly ms: number }
  | { readonly kind: 'seek'; readonly ms: number }
  | { readonly kind: 'play' | 'pause' | 'loop' };

const acts: fc.Arbitrary<Act[]> = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.record({ kind: fc.constant('look' as const), ms: fc.nat({ max: 900 }) }) },
    fc.record({ kind: fc.constant('seek' as const), ms: fc.nat({ max: 500 }) }),
    fc.record({ kind: fc.constantFrom('play' as const, 'pause' as const, 'loop' as const) }),
  ),
  { maxLength: 25 },
);

const places = fc.array(fc.nat({ max: 450 }), { maxLength: 12 }).map((list) => list.sort((a, b) => a - b));

interface Course {
  readonly from: number;
  readonly to: number;
  readonly length: number | null;
  on: boolean;
}

/** Counts milliseconds one by one: what a timeline does that is looked at all the time. */
class Model {
  readonly fired: number[] = [];
  playing = false;
  at = 0;
  #done = false;
  #looping = false;
  readonly #marks: readonly number[];
  readonly #course: Course;

  constructor(marks: readonly number[], course: Course) {
    this.#marks = marks;
    this.#course = course;
    this.#enter();
  }

  play(): void {
    if (this.playing) return;
    const { length, on, to } = this.#course;
    if (length !== null && this.at >= length && !(on && this.at < to)) this.seek(0);
    this.playing = true;
    this.#arrive();
  }

  seek(at: number): void {
    this.at = at;
    this.#done = false;
    this.#enter();
    if (this.playing) this.#arrive();
  }

  loop(on: boolean): void {
    this.#course.on = on;
    this.#enter();
    if (this.playing) this.#arrive();
  }

  pass(count: number): void {
    for (let passed = 0; passed < count && this.playing; passed += 1) {
      this.at += 1;
      this.#done = false;
      if (this.#looping && this.at === this.#course.to) this.at = this.#course.from;
      this.#arrive();
    }
  }

  #enter(): void {
    this.#looping = this.#course.on && this.at < this.#course.to;
  }

  #arrive(): void {
    if (!this.#done) for (const mark of this.#marks) if (mark === this.at) this.fired.push(mark);
    this.#done = true;
    const { length } = this.#course;
    if (!this.#looping && length !== null && this.at >= length) this.playing = false;
  }
}

test('Every command comes once, in order, however it is looked at, looped and moved', () => {
  fc.assert(
    fc.property(
      places,
      acts,
      fc.constantFrom('seconds' as const, 'beats' as const),
      fc.option(fc.integer({ min: 100, max: 500 })),
      fc.boolean(),
      (marks, list, unit, length, on) => {
        const span = { from: 100, to: 300 };
        const course = (loops: boolean): Timeline =>
          timelineSchema.parse({
            unit,
            length: length === null ? null : ms(length),
            loop: { on: loops, from: ms(span.from), to: ms(span.to) },
            marks: marks.map((at) => ({
              at: ms(at),
              command: { kind: 'set', address: '/mark', value: at },
            })),
          });
        const events = eventsOf(course(on));
        const transport = new Transport(course(on), beats);
        transport.take(course(on), events, 0);
        const model = new Model(marks, { ...span, on, length });
        const fired: unknown[] = [];
        let nowUs = 12_345_678;
        let loops = on;
        const perMs = unit === 'seconds' ? 1000 : 500;
        const look = (): void => {
          for (let step = transport.step(nowUs); step !== null; step = transport.step(nowUs))
            if (step.kind === 'event' && step.event.command.kind === 'set')
              fired.push(step.event.command.value);
        };
        for (const act of list) {
          look();
          switch (act.kind) {
            case 'look':
              nowUs += act.ms * perMs;
              model.pass(act.ms);
              break;
            case 'seek':
              transport.seek(ms(act.ms), nowUs);
              model.seek(act.ms);
              break;
            case 'play':
              transport.play(nowUs);
              model.play();
              break;
            case 'pause':
              transport.pause(nowUs);
              model.playing = false;
              break;
            case 'loop':
              loops = !loops;
              transport.take(course(loops), events, nowUs);
              model.loop(loops);
          }
          look();
          expect(fired).toEqual(model.fired);
          expect(transport.position(nowUs)).toBeCloseTo(ms(model.at), 6);
          expect(transport.playing).toBe(model.playing);
        }
      },
    ),
    { numRuns: 150 },
  );
});

const moves = fc.array(
  fc.record({ after: fc.integer({ min: 1, max: 400 }), value: fc.double({ min: 0, max: 1, noNaN: true }) }),
  { minLength: 1, maxLength: 200 },
);

/** Random walks: hands do not jump about. */
const drawn = moves.map((list) => {
  let at = 2;
  let value = 0.5;
  return list.map((move) => {
    at += ms(move.after);
    value = Math.min(1, Math.max(0, value + (move.value - 0.5) / 10));
    return { at, value };
  });
});

test('Moves that were thinned play within half a percent of what the hand did', () => {
  fc.assert(
    fc.property(drawn, (samples) => {
      const thinning = new Thinning(fader);
      for (const { at, value } of samples) thinning.add(at, value, at * 1e6);
      const keyframes = thinning.end();
      expect(keyframes.length).toBeLessThanOrEqual(2 * samples.length);
      for (const { at, value } of samples)
        expect(Math.abs(Number(valueAt('number', keyframes, at)) - value)).toBeLessThanOrEqual(0.005 + 1e-9);
    }),
  );
});

test('What lies outside of a recording plays as before', () => {
  fc.assert(
    fc.property(
      track,
      fc.double({ min: 0, max: 40, noNaN: true }),
      fc.double({ min: 0.01, max: 10, noNaN: true }),
      fc.double({ min: 0, max: 45, noNaN: true }),
      (before, from, length, place) => {
        const end = from + length;
        const until = before.find(({ at }) => at >= end)?.at ?? null;
        const keyframes: Keyframe[] = [{ at: from, value: 0.25, curve: 'hold' }];
        const after = punched(before, { from, keyframes, until }, end, 'number', true);
        expect(after.map(({ at }) => at)).toEqual(after.map(({ at }) => at).sort((a, b) => a - b));
        const played = Number(valueAt('number', after, place));
        if (place < from) expect(Math.abs(played - plainly(before, place))).toBeLessThan(0.005);
        else if (until !== null && place >= until) expect(played).toBe(plainly(before, place));
        else expect(played).toBe(0.25);
      },
    ),
  );
});
