import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { timelineSchema } from '../../../src/contract/timeline.ts';
import { Pacer } from '../../../src/show/pacer.ts';
import { PartPrinter, type Parts } from '../../../src/show/part-printer.ts';
import { emptyShow, showFileSchema, topFirst, type ShowFile } from '../../../src/show/show-file.ts';
import { ShowReader } from '../../../src/show/show-reader.ts';
import { ShowText } from '../../../src/show/show-text.ts';
import { graphOf, readPlace } from './rig.ts';

/** A clock that each look moves on by this much, and how often the loop had its turn. */
function pacing(stepUs = 0): { readonly pacer: Pacer; readonly turns: () => number } {
  let us = 0;
  let turns = 0;
  const pause = (): Promise<void> => {
    turns += 1;
    return Promise.resolve();
  };
  return { pacer: new Pacer(() => (us += stepUs), pause), turns: () => turns };
}

const track = (address: string, points: number): ShowFile['timeline']['tracks'][number] => ({
  address,
  keyframes: Array.from({ length: points }, (_, at) => ({ at, value: at / 7, curve: 'linear' as const })),
});

function fullShow(): ShowFile {
  const source = { protocol: 'midi', device: 'LPD8', kind: 'cc', channel: 1 };
  return showFileSchema.parse({
    ...emptyShow(graphOf()),
    bindings: [1, 2, 3].map((number) => ({
      id: `b${number}`,
      source: { ...source, number },
      target: { kind: 'address', address: '/warp' },
    })),
    timeline: {
      tracks: [track('/warp', 30), track('/main/strength', 4)],
      prompts: [{ clips: [{ at: 1, prompts: [{ text: 'gold "leaf"\n' }] }] }],
      marks: [{ at: 2, name: 'drop' }],
    },
    addedLater: { kept: true },
  });
}

describe('Text in parts', () => {
  it('is what is printed in one go, whatever the value', async () => {
    const parts = fc.constantFrom<Parts>('whole', 'each', { a: 'each', b: { c: 'whole' } });
    const object = fc.dictionary(fc.constantFrom('a', 'b', 'c', '', '"'), fc.jsonValue({ maxDepth: 4 }));
    await fc.assert(
      fc.asyncProperty(object, parts, fc.constantFrom(0, 2), async (value, parts, indent) => {
        const printer = new PartPrinter({ parts, indent, pacer: pacing().pacer });
        expect(await printer.print(value)).toBe(JSON.stringify(value, null, indent));
        expect(await printer.print(value)).toBe(JSON.stringify(value, null, indent));
      }),
    );
  });

  it('is printed anew only where it changed', async () => {
    const printed: unknown[] = [];
    const stringify = (part: unknown): string => {
      printed.push(part);
      return JSON.stringify(part);
    };
    const printer = new PartPrinter({
      parts: { tracks: 'each', marks: 'whole' },
      indent: 0,
      pacer: pacing().pacer,
      stringify,
    });
    const before = { tracks: [track('/a', 3), track('/b', 3)], marks: [{ at: 1 }] };
    await printer.print(before);
    printed.length = 0;
    const moved = track('/b', 2);
    const after = { ...before, tracks: [...before.tracks.slice(0, 1), moved] };
    expect(await printer.print(after)).toBe(JSON.stringify(after));
    expect(printed).toEqual([moved]);
  });

  it('gives the loop its turn before each long part', async () => {
    const { pacer, turns } = pacing(3_000);
    const printer = new PartPrinter({ parts: 'each', indent: 2, pacer });
    const value = [track('/a', 3), track('/b', 3), track('/c', 3)];
    await printer.print(value);
    expect(turns()).toBe(3);
    await printer.print(value);
    expect(turns()).toBe(3);
  });
});

describe('A show in parts', () => {
  const text = new ShowText(() => 0, readPlace);

  it('is read and printed as it is in one go', async () => {
    const show = fullShow();
    const whole = `${JSON.stringify(topFirst(show), null, 2)}\n`;
    expect(await text.print(show)).toBe(whole);
    expect(await text.tidy(show)).toBe(whole);
    expect(await text.read(whole)).toEqual(show);
  });

  it('has its fields in the order of the schema, however its parts were put together', async () => {
    const show = fullShow();
    const turned = JSON.parse(JSON.stringify(show), (_key, value: unknown) =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).reverse())
        : value,
    );
    expect(await text.tidy(turned)).toBe(await text.tidy(show));
  });

  it('reads only what it does not know', async () => {
    const { pacer, turns } = pacing(3_000);
    const reader = new ShowReader(pacer);
    const show = fullShow();
    await reader.read(show);
    const first = turns();
    const tracks = [...show.timeline.tracks.slice(0, 1), track('/glow', 5)];
    const changed = { ...show, timeline: { ...show.timeline, tracks } };
    expect(await reader.read(changed)).toEqual(showFileSchema.parse(changed));
    // Before the whole, and before the one track that is new.
    expect(turns() - first).toBe(2);
  });

  it('that is wrong anywhere is not read', async () => {
    const reader = new ShowReader(pacing().pacer);
    const show = fullShow();
    const twice = { ...show.timeline, tracks: [track('/warp', 1), track('/warp', 2)] };
    const crooked = timelineSchema.parse({ tracks: [track('/warp', 1)] });
    const late = { ...crooked, tracks: [{ address: '/warp', keyframes: [{ at: -1, value: 1 }] }] };
    for (const timeline of [twice, late, { tracks: 7 }])
      expect(await reader.read({ ...show, timeline })).toBeNull();
    expect(await reader.read({ ...show, bank: 99 })).toBeNull();
    expect(await reader.read(null)).toBeNull();
  });
});
