import { readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import descriptor from '../../../pipelines/dream/index.ts';
import { words } from '../../../pipelines/dream/lexicon/lexicon.ts';
import { palettes } from '../../../pipelines/dream/scene/palettes.ts';
import { cached, contentKey, removeOld } from '../../../pipelines/dream/tables/cache.ts';
import { openBakery } from '../../../pipelines/dream/tables/bake.ts';
import { readLoadSettings, readSettings } from '../../../pipelines/dream/settings.ts';
import { describePipeline } from '../../../src/contract/pipeline.ts';
import { parametersOf } from '../../../src/contract/parameter.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const folder = tempFolder('cache-test');
afterEach(() => {
  for (const file of readdirSync(folder)) rmSync(join(folder, file));
});

const quiet = (): void => undefined;

/** Bakes a small thing and counts how often. */
function oven(): { bake: () => { facts: { size: number }; payload: Uint8Array }; baked: () => number } {
  let count = 0;
  return {
    bake: () => {
      count += 1;
      return { facts: { size: 5 }, payload: Uint8Array.of(1, 2, 3, 4, 5) };
    },
    baked: () => count,
  };
}

describe('tables that are dear to compute', () => {
  it('are baked once and read back by the next start', () => {
    const { bake, baked } = oven();
    cached(folder, 'a.bin', bake, quiet);
    const again = cached(folder, 'a.bin', bake, quiet);
    expect(baked()).toBe(1);
    expect([...again.payload]).toEqual([1, 2, 3, 4, 5]);
    expect(again.facts).toEqual({ size: 5 });
    expect(readdirSync(folder)).toEqual(['a.bin']);
  });

  it('are baked again where the file was cut short, changed or is something else', () => {
    const damages: ((path: string) => void)[] = [
      (path) => truncateSync(path, 20),
      (path) => truncateSync(path, 0),
      (path) => writeFileSync(path, 'not a table at all, but long enough to look like one'),
      (path) => {
        const bytes = readFileSync(path);
        bytes[bytes.length - 1] = (bytes[bytes.length - 1] ?? 0) ^ 1;
        writeFileSync(path, bytes);
      },
    ];
    for (const [i, damage] of damages.entries()) {
      const { bake, baked } = oven();
      cached(folder, `${i}.bin`, bake, quiet);
      damage(join(folder, `${i}.bin`));
      const mended = cached(folder, `${i}.bin`, bake, quiet);
      expect(baked(), `damage ${i}`).toBe(2);
      expect([...mended.payload]).toEqual([1, 2, 3, 4, 5]);
    }
  });

  it('are still there where the folder cannot be written, and the log says so', () => {
    const blocked = join(folder, 'blocked');
    writeFileSync(blocked, 'a file, not a folder');
    const lines: string[] = [];
    const { payload } = cached(blocked, 'a.bin', oven().bake, (line) => lines.push(line));
    expect([...payload]).toEqual([1, 2, 3, 4, 5]);
    expect(lines.join()).toContain('a.bin');
  });

  it('of an older version are removed, and nothing else is', () => {
    for (const name of ['dream-a-11.bin', 'dream-a-22.bin', 'dream-b-33.bin', 'other-11.bin'])
      writeFileSync(join(folder, name), 'x');
    removeOld(folder, 'dream-', ['22', '33'], quiet);
    expect(readdirSync(folder).sort()).toEqual(['dream-a-22.bin', 'dream-b-33.bin', 'other-11.bin']);
  });

  it('are drawn when a prompt first asks for them, and a start with a new version tidies up', () => {
    writeFileSync(join(folder, 'dream-field-fbm-0ld0ld00.bin'), 'x');
    const bakery = openBakery(folder, quiet);
    expect(readdirSync(folder)).toHaveLength(1);
    const field = bakery.field('dots');
    const [kept, ...rest] = readdirSync(folder);
    expect(kept).toMatch(/^dream-field-dots-/);
    expect(rest).toEqual([]);
    expect(openBakery(folder, quiet).field('dots')).toEqual(field);
  });

  it('have a key that changes with the code that bakes them', () => {
    const [one, other] = [join(folder, 'one.ts'), join(folder, 'other.ts')];
    writeFileSync(one, 'export const a = 1;');
    writeFileSync(other, 'export const a = 2;');
    expect(contentKey([`file://${one}`])).not.toBe(contentKey([`file://${other}`]));
    expect(contentKey([`file://${one}`])).toBe(contentKey([`file://${one}`]));
  });
});

describe('the descriptor of dream', () => {
  const parameters = parametersOf(describePipeline(descriptor).schema);

  it('offers exactly the palettes there are', () => {
    const palette = parameters.find(({ key }) => key === 'palette');
    expect(palette?.choices).toEqual(['prompt', ...palettes.keys()]);
  });

  it('has the defaults that the code falls back to', () => {
    const read = { ...readSettings({}), ...readLoadSettings({}) };
    for (const [key, value] of Object.entries(read)) {
      expect(parameters.find((parameter) => parameter.key === key)?.default, key).toBe(value);
    }
  });

  it('says what it is and is not', () => {
    expect(descriptor.description).toContain('not text-to-image');
    expect(words.length).toBeGreaterThan(300);
  });
});

describe('the page about dream', () => {
  it('lists every word of the lexicon', () => {
    const page = readFileSync(new URL('../../../pipelines/dream/README.md', import.meta.url), 'utf8');
    expect(words.filter((word) => !page.includes(word))).toEqual([]);
  });
});
