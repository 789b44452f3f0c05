import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seeded } from '../../../pipelines/dream/random.ts';
import { PROMPTS } from '../../../scripts/sheet-prompts.ts';
import { drawSubject } from '../../../scripts/subject.ts';
import type { PromptMix } from '../../../src/contract/prompt.ts';
import { GLIDE, moment } from './moment.ts';
import { difference } from './pictures.ts';
import { closeStudio, openStudio, type Studio } from './studio.ts';

const SIDE = 256;
/** Frames of a transition of 4 s. */
const FRAMES = 120;
/** No step is larger than so many times the median of those around it: that would be seen as a pop. */
const POP = 3;

interface Walk {
  /** Differences of neighbouring frames, percent. */
  readonly steps: readonly number[];
  readonly ends: number;
}

describe('every frame of a transition', () => {
  let studio: Studio;
  const source = drawSubject(SIDE, SIDE);
  beforeAll(async () => {
    studio = await openStudio({ width: SIDE, height: SIDE });
  }, 60_000);
  afterAll(() => closeStudio(studio));

  it('glides between a dozen random pairs of the forty prompts', { timeout: 180_000 }, async () => {
    const faults: string[] = [];
    for (const [i, [from, to]] of pairs(12, 2026).entries()) {
      const kind = i % 2 === 0 ? 'linear' : 'slerp';
      const walk = await walked((t) => moment(from, to, t, kind));
      faults.push(...faultsOf(`${from} to ${to}, ${kind}`, walk));
      if (walk.ends < GLIDE.ends) faults.push(`${from} to ${to}: ends ${walk.ends.toFixed(1)} %`);
    }
    expect(faults).toEqual([]);
  });

  it('glides over a source that stands still', { timeout: 120_000 }, async () => {
    const faults: string[] = [];
    for (const [i, [from, to]] of pairs(4, 7).entries()) {
      const kind = i % 2 === 0 ? 'linear' : 'slerp';
      faults.push(
        ...faultsOf(`${from} to ${to}, ${kind}`, await walked((t) => moment(from, to, t, kind), source)),
      );
    }
    expect(faults).toEqual([]);
  });

  it('glides on where it is turned to a third prompt on its way', { timeout: 120_000 }, async () => {
    const faults: string[] = [];
    const [first, second] = [pairs(2, 11), pairs(2, 12)];
    for (const [i, [from, to]] of first.entries()) {
      const third = second[i]?.[1] ?? 'gold';
      // As the show does: the mix that was reached becomes the start of the next transition.
      const reached = moment(from, to, 0.45, 'linear').texts;
      const path = (t: number): PromptMix =>
        t <= 0.45 ? moment(from, to, t, 'linear') : moment(reached, third, t - 0.45, 'linear');
      faults.push(...faultsOf(`${from} to ${to}, then ${third}`, await walked(path)));
    }
    expect(faults).toEqual([]);
  });

  it('has two clearly different ends, for every pair of the forty', { timeout: 60_000 }, async () => {
    const ends: [string, Uint8Array][] = [];
    for (const prompt of PROMPTS) ends.push([prompt, await studio.still({ prompt })]);
    const near = ends.flatMap(([from, a], i) =>
      ends
        .slice(0, i)
        .filter(([, b]) => difference(a, b) < GLIDE.ends)
        .map(([to, b]) => `${from} to ${to}: ${difference(a, b).toFixed(1)} %`),
    );
    expect(near).toEqual([]);
  });

  async function walked(path: (t: number) => PromptMix, over?: Uint8Array): Promise<Walk> {
    const take = studio.take();
    const at = (t: number, after?: number): Promise<Uint8Array> =>
      take.frame(over === undefined ? { prompt: path(t) } : { prompt: path(t), source: over }, after);
    await at(0, 0.25);
    const first = await at(0, 0.25);
    let last = first;
    const steps: number[] = [];
    for (let i = 1; i <= FRAMES; i += 1) {
      const next = await at(i / FRAMES);
      steps.push(difference(last, next));
      last = next;
    }
    return { steps, ends: difference(first, last) };
  }
});

/** Random pairs of different prompts, the same in every run. */
function pairs(count: number, seed: number): (readonly [string, string])[] {
  const random = seeded(seed);
  return Array.from({ length: count }, () => {
    const from = Math.floor(random() * PROMPTS.length);
    const to = (from + 1 + Math.floor(random() * (PROMPTS.length - 1))) % PROMPTS.length;
    return [PROMPTS[from] ?? '', PROMPTS[to] ?? ''];
  });
}

function faultsOf(what: string, { steps }: Walk): string[] {
  return steps.flatMap((step, i) => {
    const around = [...steps.slice(Math.max(0, i - 4), i), ...steps.slice(i + 1, i + 5)];
    const usual = around.toSorted((a, b) => a - b)[around.length >> 1] ?? step;
    if (step >= GLIDE.low && step <= GLIDE.high && step <= POP * usual) return [];
    return [`${what}, frame ${i + 1}: ${step.toFixed(2)} % among ${usual.toFixed(2)} %`];
  });
}
