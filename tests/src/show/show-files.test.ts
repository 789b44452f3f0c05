import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../../src/contract/json.ts';
import { file, graphOf, played, rest, rig, type Rig } from './rig.ts';

/** A show with something in every corner. */
async function full(): Promise<Rig> {
  const here = await rig({ defaultGraph: graphOf({ main: 'glow', second: 'glow' }) });
  const { show } = here;
  show.set(
    { '/main/strength': 0.25, '/main/tint': '#102030', '/main/mode': 'video', '/prompt': 'ocean' },
    rest,
  );
  show.set(
    { '/second/prompts': [{ text: 'fire', weight: 0.5 }], '/transition/duration': 3, '/second/width': 256 },
    rest,
  );
  show.presets.save({ name: 'One' }, rest);
  show.presets.save({ name: 'Two', what: 'prompts' }, rest);
  show.cues.replace([
    { preset: 'One', morph: { duration: 2 } },
    { follow: 3, commands: [{ kind: 'trigger', address: '/main/burst' }] },
  ]);
  show.set({ '/cue': 1, '/preset/morph/unit': 'beats' }, rest);
  return here;
}

async function codeOf(run: Promise<unknown>): Promise<string> {
  return run.then(
    () => 'none',
    (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : String(error)),
  );
}

describe('A show as a text', () => {
  it('is the same bytes after it was imported elsewhere and exported again', async () => {
    const here = await full();
    const text = await here.show.shows.export();
    const there = await rig();
    there.show.set({ '/main/warp': 0.1, '/prompt': 'something else' }, rest);
    there.show.presets.save({ name: 'Gone' }, rest);
    await there.show.shows.import(text, rest);
    expect(await there.show.shows.export()).toBe(text);
    expect(there.applied.at(-1)).toEqual(here.show.graph());
    expect([played(there, 'strength'), played(there, 'width', 'second')]).toEqual([0.25, 256]);
    expect(there.show.sample('second', there.time.us, 'text').prompt.texts).toEqual([
      { text: 'fire', weight: 0.5 },
    ]);
    expect(there.show.presets.list().map(({ name }) => name)).toEqual(['One', 'Two']);
  });

  it('is the same bytes whatever was set', async () => {
    const unit = fc.double({ min: 0, max: 1, noNaN: true });
    const text = fc.string({ maxLength: 20, unit: 'binary' });
    const prompts = fc.array(fc.record({ text, weight: fc.double({ min: 0, max: 100, noNaN: true }) }), {
      maxLength: 4,
    });
    const name = fc
      .string({ minLength: 1, maxLength: 20, unit: 'grapheme' })
      .filter((each) => each.trim() !== '');
    await fc.assert(
      fc.asyncProperty(
        unit,
        text,
        prompts,
        prompts,
        fc.uniqueArray(name, { maxLength: 4 }),
        async (strength, note, house, own, names) => {
          const here = await rig();
          here.show.set(
            { '/main/strength': strength, '/main/note': note.slice(0, 10), '/prompts': house },
            rest,
          );
          here.show.set({ '/main/prompts': own }, rest);
          for (const each of new Set(names.map((given) => given.trim())))
            here.show.presets.save({ name: each }, rest);
          const exported = await here.show.shows.export();
          const there = await rig();
          await there.show.shows.import(exported, rest);
          expect(await there.show.shows.export()).toBe(exported);
          await here.show.close();
          await there.show.close();
        },
      ),
      { numRuns: 12 },
    );
  });

  it('that is broken anywhere is refused or opened whole, and never half', async () => {
    const here = await full();
    const text = await here.show.shows.export();
    const there = await rig();
    const before = await there.show.shows.export();
    const cut = fc.tuple(fc.nat(text.length), fc.nat(12), fc.string({ maxLength: 4 }));
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(cut, async ([at, length, more]) => {
        const code = await codeOf(
          there.show.shows.import(text.slice(0, at) + more + text.slice(at + length), rest),
        );
        if (code !== 'none') {
          refused += 1;
          expect(code).toMatch(/^E_(SHOW|GRAPH)_/);
          expect(await there.show.shows.export()).toBe(before);
        } else await there.show.shows.import(before, rest);
      }),
      { numRuns: 150 },
    );
    expect(refused).toBeGreaterThan(50);
  });

  it('names line and field of what is wrong', async () => {
    const here = await full();
    const text = await here.show.shows.export();
    const line = text.split('\n').findIndex((each) => each.includes('"position": 1')) + 1;
    const wrong = text.replace('"position": 1', '"position": "first"');
    await expect(here.show.shows.import(wrong, rest)).rejects.toMatchObject({
      code: 'E_SHOW_FILE',
      details: { line, field: 'cues.position' },
      message: expect.stringContaining(`line ${line}`) as string,
    });
    await expect(here.show.shows.import('{\n  "version": 2,\n}', rest)).rejects.toMatchObject({
      code: 'E_SHOW_FILE',
      details: { line: 3 },
    });
  });
});

describe('Opening a show while another plays', () => {
  it('tells runners that stay of load values and modes, and leaves buttons as they are', async () => {
    const here = await rig();
    const text = await here.show.shows.export();
    here.show.execute([{ kind: 'trigger', address: '/main/burst' }], rest);
    here.show.set({ '/main/width': 256, '/main/mode': 'video', '/paused': true }, rest);
    await here.time.pass(1);
    here.changes.length = 0;
    await here.show.shows.import(text, rest);
    await here.time.pass(1);
    expect(here.changes).toEqual([
      { kind: 'mode', node: 'main' },
      { kind: 'load', node: 'main' },
    ]);
    expect(here.show.sample('main', here.time.us, 'text').triggers).toEqual({ burst: 1 });
    expect(here.show.loadValues('main')).toMatchObject({ width: 512 });
    expect(here.show.paused()).toBe(true);
  });

  it('changes nothing where the engine refuses its graph', async () => {
    const here = await full();
    const other = await (await rig({ defaultGraph: graphOf({ main: 'plain' }) })).show.shows.export();
    const before = await here.show.shows.export();
    here.engine.refuses = () => true;
    expect(await codeOf(here.show.shows.import(other, rest))).toBe('E_MEMORY_FULL');
    expect(await here.show.shows.export()).toBe(before);
    expect(played(here, 'strength')).toBe(0.25);
    here.show.set({ '/prompt': 'gold' }, rest);
    expect(here.show.sample('main', here.time.us, 'text').prompt.texts).toEqual(
      [
        { text: 'ocean', weight: 1 },
        { text: 'gold', weight: 0 },
      ].slice(0, 1),
    );
  });

  it('with a pipeline that is not there is refused', async () => {
    const here = await rig();
    const text = (await here.show.shows.export()).replace('"pipeline": "glow"', '"pipeline": "gone"');
    expect(await codeOf(here.show.shows.import(text, rest))).toBe('E_GRAPH_UNKNOWN_PIPELINE');
  });

  it('is saved like every other change, and the one before stays as the copy', async () => {
    const here = await rig();
    here.show.set({ '/main/strength': 0.1 }, rest);
    await here.time.pass(3);
    const first = here.files.texts.get(file);
    await here.show.shows.import(await (await full()).show.shows.export(), rest);
    await here.time.pass(3);
    expect(JSON.parse(here.files.texts.get(file) ?? '')).toEqual(JSON.parse(await here.show.shows.export()));
    expect(here.files.texts.get(`${file}.bak`)).toBe(first);
  });
});

describe('Saved shows', () => {
  it('are saved, listed, opened and deleted by name', async () => {
    const here = await full();
    const text = await here.show.shows.export();
    await here.show.shows.save('Friday Night', false);
    expect(await codeOf(here.show.shows.save('Friday Night', false))).toBe('E_SHOW_NAME');
    await here.show.setGraph(graphOf({ main: 'plain' }), rest);
    await here.show.shows.save('Friday Night 2', true);
    expect((await here.show.shows.list()).map(({ name }) => name)).toEqual([
      'Friday Night',
      'Friday Night 2',
    ]);
    await here.show.shows.open('Friday Night', rest);
    expect(await here.show.shows.export()).toBe(text);
    await here.show.shows.remove('Friday Night');
    expect(await codeOf(here.show.shows.open('Friday Night', rest))).toBe('E_SHOW_UNKNOWN');
  });

  it('stay in their folder, whatever they are called', async () => {
    const here = await rig();
    for (const name of [
      '',
      '..',
      '../show',
      'a/b',
      'a\\b',
      '.hidden',
      'con',
      'COM1',
      'current',
      'a\u0000b',
      'x'.repeat(65),
      'end.',
      'end ',
    ]) {
      if (name === 'end ') continue;
      expect([name, await codeOf(here.show.shows.save(name, true))]).toEqual([name, 'E_SHOW_NAME']);
      expect([name, await codeOf(here.show.shows.read(name))]).toEqual([name, 'E_SHOW_UNKNOWN']);
    }
    expect([...here.files.texts.keys()].filter((path) => path.includes('shows'))).toEqual([]);
  });
});

describe('A show file of another version', () => {
  it('from before is brought up, and kept as it was', async () => {
    const old: Record<string, JsonValue> = {
      version: 1,
      graph: graphOf(),
      values: { '/main/strength': 0.3 },
    };
    const here = await rig();
    const text = JSON.stringify(old);
    here.files.texts.set(file, text);
    const next = await rig({ files: here.files });
    expect([played(next, 'strength'), next.show.status().restored]).toEqual([0.3, null]);
    expect(here.files.texts.get(`${file}.v1`)).toBe(text);
    next.show.set({ '/main/strength': 0.4 }, rest);
    await next.time.pass(3);
    expect(JSON.parse(here.files.texts.get(file) ?? '')).toMatchObject({
      version: 2,
      values: { '/main/strength': 0.4 },
    });
  });

  it('from later is refused with a code, and never written over', async () => {
    const here = await rig();
    const text = JSON.stringify({ version: 3, graph: graphOf(), values: {} });
    here.files.texts.set(file, text);
    const next = await rig({ files: here.files });
    expect(next.show.status()).toMatchObject({
      restored: { code: 'E_SHOW_NEWER' },
      save: { code: 'E_SHOW_NEWER' },
    });
    next.show.set({ '/main/strength': 0.4 }, rest);
    await next.time.pass(30);
    await next.show.close();
    expect(here.files.texts.get(file)).toBe(text);
    expect(await codeOf((await rig()).show.shows.import(text, rest))).toBe('E_SHOW_NEWER');
  });
});
