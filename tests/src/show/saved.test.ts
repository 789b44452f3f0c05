import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { diskFiles } from '../../../src/show/disk-files.ts';
import {
  file,
  graphOf,
  osc,
  pipelines,
  played,
  readPlace,
  rest,
  rig,
  type MemoryFiles,
  type Rig,
} from './rig.ts';

function saved(files: MemoryFiles, path = file): Record<string, unknown> {
  const parsed: unknown = JSON.parse(files.texts.get(path) ?? 'null');
  return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {};
}

function broken(files: MemoryFiles): string[] {
  return [...files.texts.keys()].filter((path) => path.includes('.broken-'));
}

/** Ends as a killed daemon does: nothing is flushed. */
async function next(here: Rig, more: Parameters<typeof rig>[0] = {}): Promise<Rig> {
  here.time.us += 3600e6;
  return rig({ files: here.files, ...more });
}

describe('The show', () => {
  it('is saved a moment after a change, with what was set by hand and no more', async () => {
    const here = await rig();
    here.show.set(
      { '/main/strength': 0.4, '/main/mode': 'video', '/prompt': 'gold', '/transition/duration': 3 },
      rest,
    );
    await here.time.pass(0.4);
    expect(here.files.texts.has(file)).toBe(false);
    await here.time.pass(0.6);
    expect(saved(here.files)).toMatchObject({
      version: 2,
      graph: graphOf(),
      values: { '/main/strength': 0.4, '/main/mode': 'video' },
      prompts: [{ text: 'gold', weight: 1 }],
      interpolation: 'linear',
      transition: { duration: 3 },
      nodes: {},
      unclaimed: {},
    });
  });

  it('is saved at most once a second, also while a fader never rests', async () => {
    const here = await rig();
    for (let step = 0; step < 500; step += 1) {
      here.show.play([{ address: '/main/strength', args: [step / 500], sender: osc.id }]);
      await here.time.pass(0.01);
    }
    const saves = here.files.writes.filter((path) => path === file).length;
    expect(saves).toBeGreaterThanOrEqual(2);
    expect(saves).toBeLessThanOrEqual(5);
  });

  it('is not saved again within a second', async () => {
    const here = await rig();
    here.show.set({ '/main/strength': 0.1 }, rest);
    await here.time.pass(0.5);
    here.show.set({ '/main/strength': 0.2 }, rest);
    await here.time.pass(0.9);
    expect(saved(here.files)).toMatchObject({ values: { '/main/strength': 0.1 } });
    await here.time.pass(0.2);
    expect(saved(here.files)).toMatchObject({ values: { '/main/strength': 0.2 } });
  });

  it('comes back after an end without warning', async () => {
    const here = await rig();
    await here.show.setGraph(graphOf({ main: 'glow', second: 'glow' }), rest);
    here.show.set(
      {
        '/main/strength': 0.4,
        '/main/mode': 'text',
        '/prompt': 'gold',
        '/second/prompt': 'ocean',
        '/prompts/interpolation': 'slerp',
      },
      rest,
    );
    await here.time.pass(11);
    const again = await next(here);
    expect(again.applied).toEqual([graphOf({ main: 'glow', second: 'glow' })]);
    expect(again.show.parameter('/main/strength')).toMatchObject({ value: 0.4, setBy: 'show' });
    expect(again.show.requestedMode('main')).toBe('text');
    expect(
      ['main', 'second'].map((node) => again.show.sample(node, again.time.us, 'text').prompt.texts[0]?.text),
    ).toEqual(['gold', 'ocean']);
    expect(again.show.parameter('/prompts/interpolation')?.value).toBe('slerp');
    expect(again.show.status()).toEqual({ file, restored: null, save: null });
  });

  it('keeps the copy that was good before beside it', async () => {
    const here = await rig();
    here.show.set({ '/main/strength': 0.1 }, rest);
    await here.time.pass(2);
    here.show.set({ '/main/strength': 0.2 }, rest);
    await here.time.pass(2);
    expect(saved(here.files)).toMatchObject({ values: { '/main/strength': 0.2 } });
    expect(saved(here.files, `${file}.bak`)).toMatchObject({ values: { '/main/strength': 0.1 } });
  });

  it('is written out when the daemon closes, and not again after', async () => {
    const here = await rig();
    here.show.set({ '/main/strength': 0.1 }, rest);
    await here.show.close();
    expect(saved(here.files)).toMatchObject({ values: { '/main/strength': 0.1 } });
    here.show.set({ '/main/strength': 0.9 }, rest);
    await here.time.pass(20);
    expect(saved(here.files)).toMatchObject({ values: { '/main/strength': 0.1 } });
    expect(here.time.pending).toBe(0);
  });

  it('plays on where it cannot be saved, says so, and tries again', async () => {
    const here = await rig();
    here.files.full = true;
    here.show.set({ '/main/strength': 0.1 }, rest);
    await here.time.pass(1);
    expect(here.show.status().save).toMatchObject({ code: 'E_STATE_WRITE' });
    expect(here.show.status().save?.message).toContain(file);
    await here.time.pass(30);
    expect(here.lines.filter((line) => line.includes('ENOSPC')).length).toBe(1);
    here.files.full = false;
    await here.time.pass(6);
    expect(here.show.status().save).toBeNull();
    expect(saved(here.files)).toMatchObject({ values: { '/main/strength': 0.1 } });
  });

  it('keeps values whose parameter is gone, until it is there again', async () => {
    const here = await rig();
    here.show.set({ '/main/warp': 0.3, '/main/strength': 0.4 }, rest);
    await here.time.pass(11);
    const without = { ...pipelines, glow: pipelines['plain'] };
    const changed = await next(here, { catalog: catalogOf(without) });
    changed.show.set({ '/main/gain': 2 }, rest);
    await changed.time.pass(11);
    expect(saved(here.files)).toMatchObject({
      values: { '/main/strength': 0.4, '/main/gain': 2 },
      unclaimed: { '/main/warp': 0.3 },
    });
    const back = await next(changed);
    expect(played(back, 'warp')).toBe(0.3);
  });

  it('keeps what a later version wrote into the file', async () => {
    const here = await rig();
    here.show.set({ '/main/strength': 0.1 }, rest);
    await here.time.pass(11);
    here.files.texts.set(file, JSON.stringify({ ...saved(here.files), lights: [{ cc: 7 }] }));
    const again = await next(here);
    again.show.set({ '/main/strength': 0.2 }, rest);
    await again.time.pass(2);
    expect(saved(here.files)).toMatchObject({ lights: [{ cc: 7 }], values: { '/main/strength': 0.2 } });
  });
});

describe('A show file written by hand', () => {
  const written = (url: string): string =>
    JSON.stringify({
      version: 2,
      graph: {
        nodes: [
          { id: 'in', type: 'source', url },
          { id: 'out', type: 'sink', url: 'stills' },
        ],
        links: [{ from: 'in', to: 'out' }],
      },
    });

  it('may name what a source and a sink are connected to by a URL', async () => {
    const here = await rig();
    here.files.texts.set(file, written('test-pattern:bars'));
    const again = await next(here);
    expect(again.show.status().restored).toBeNull();
    expect(again.show.graph().nodes).toMatchObject([
      { id: 'in', adapter: 'test-pattern', config: { pattern: 'bars' } },
      { id: 'out', adapter: 'stills', config: {} },
    ]);
  });

  it('whose URL leads nowhere says in which line', async () => {
    const here = await rig();
    here.files.texts.set(file, written('gopher:hole'));
    const { restored } = (await next(here)).show.status();
    expect(restored?.message).toMatch(
      /line 1, column \d+, graph\.nodes\.0\.url: "gopher:hole": there is no adapter/,
    );
  });
});

describe('A show file that is not there', () => {
  it('is no fault: the default show starts, with its prompts', async () => {
    const here = await rig({ defaultPrompts: [{ text: 'neon city night', weight: 1 }] });
    expect(here.show.status().restored).toBeNull();
    expect(here.show.sample('main', here.time.us, 'text').prompt.texts).toEqual([
      { text: 'neon city night', weight: 1 },
    ]);
    expect(here.show.parameter('/prompts')?.setBy).toBeNull();
    await here.time.pass(20);
    expect(here.files.writes).toEqual([]);
  });
});

describe('A broken show file', () => {
  const twice = async (): Promise<Rig> => {
    const here = await rig();
    for (const value of [0.1, 0.2]) {
      here.show.set({ '/main/strength': value }, rest);
      await here.time.pass(11);
    }
    return here;
  };

  it.each([
    '',
    '{"version":1,',
    'null',
    '{"version":2}',
    '{"version":1,"graph":{"nodes":[{"id":4}],"links":[]}}',
  ])('gives way to the last good copy: %s', async (text) => {
    const here = await twice();
    here.files.texts.set(file, text);
    const again = await next(here);
    expect(played(again, 'strength')).toBe(0.1);
    expect(again.show.status().restored).toMatchObject({
      code: 'E_STATE_CORRUPT',
      details: { playing: 'copy', kept: broken(here.files)[0] },
    });
    expect(broken(here.files).map((path) => here.files.texts.get(path))).toEqual([text]);
    await again.time.pass(2);
    expect(saved(here.files)).toMatchObject({ values: { '/main/strength': 0.1 } });
  });

  it('whose copy is broken too gives way to the default show', async () => {
    const here = await twice();
    here.files.texts.set(file, 'x').set(`${file}.bak`, 'y');
    const again = await next(here);
    expect(again.show.graph()).toEqual(graphOf());
    expect(again.show.status().restored).toMatchObject({
      code: 'E_STATE_CORRUPT',
      details: { playing: 'default' },
    });
    expect(again.lines.join()).toContain('The default show plays');
  });

  it('is kept a bounded number of times', async () => {
    let here = await twice();
    for (let round = 0; round < 9; round += 1) {
      here.files.texts.set(file, `broken ${round}`);
      here.time.us += 60e6;
      here = await rig({ files: here.files, time: here.time });
      await here.time.pass(11);
    }
    expect(broken(here.files).length).toBe(5);
    expect(
      broken(here.files)
        .sort()
        .map((path) => here.files.texts.get(path))
        .at(-1),
    ).toBe('broken 8');
  });

  it('names a pipeline that is not installed any more, and is not lost', async () => {
    const here = await rig();
    await here.show.setGraph(graphOf({ main: 'plain' }), rest);
    await here.time.pass(11);
    const text = here.files.texts.get(file);
    const again = await next(here, { catalog: catalogOf({ glow: pipelines['glow'] }) });
    expect(again.show.status().restored?.message).toContain('"plain", which is not installed');
    expect(broken(here.files).map((path) => here.files.texts.get(path))).toEqual([text]);
  });

  it('or one that the engine refuses gives way to one that plays', async () => {
    const here = await rig();
    await here.show.setGraph(graphOf({ main: 'glow', second: 'plain' }), rest);
    here.show.set({ '/main/strength': 0.4 }, rest);
    await here.time.pass(11);
    const again = await next(here, { refuses: (graph) => graph.nodes.length > 3 });
    expect(again.show.graph()).toEqual(graphOf());
    expect(again.show.parameter('/second/gain')).toBeNull();
    expect(played(again, 'strength')).toBe(0.7);
    expect(again.show.status().restored?.message).toContain('No memory for the links');
  });
});

describe('A show that takes the daemon down', () => {
  const fallen = async (times: number): Promise<Rig> => {
    let here = await rig();
    here.show.set({ '/main/strength': 0.1 }, rest);
    await here.show.close();
    for (let start = 0; start < times; start += 1) here = await next(here);
    return next(here);
  };

  it('is tried a second time', async () => {
    const here = await fallen(1);
    expect(played(here, 'strength')).toBe(0.1);
    expect(here.show.status().restored).toBeNull();
  });

  it('gives way to the default show after two starts, which says so and keeps it', async () => {
    const here = await fallen(2);
    expect(played(here, 'strength')).toBe(0.7);
    expect(here.show.status().restored).toMatchObject({
      code: 'E_STATE_CORRUPT',
      details: { playing: 'default' },
    });
    expect(here.show.status().restored?.message).toContain('2 starts');
    expect(broken(here.files).length).toBe(1);
    const again = await next(here);
    expect(again.show.status().restored).toBeNull();
  });

  it('is not one that lived, or that ended in order', async () => {
    let here = await fallen(1);
    await here.time.pass(11);
    for (let start = 0; start < 4; start += 1) {
      here = await next(here);
      await here.show.close();
    }
    expect(played(await next(here), 'strength')).toBe(0.1);
  });
});

describe('The command line', () => {
  const wanted = { source: { adapter: 'test-pattern', config: { size: 1 } }, pipeline: 'plain' };

  it('changes the show for one run and never in the file', async () => {
    const here = await rig();
    here.show.set({ '/main/warp': 0.3 }, rest);
    await here.show.close();
    const run = await next(here, { overrides: { graph: wanted } });
    expect(run.applied[0]?.nodes).toMatchObject([
      { id: 'in', config: { size: 1 } },
      { id: 'main', pipeline: 'plain' },
      { id: 'out' },
    ]);
    run.show.set({ '/main/gain': 3 }, rest);
    await run.show.close();
    expect(saved(here.files)).toMatchObject({ graph: graphOf(), unclaimed: { '/main/warp': 0.3 } });
    expect(played(await next(here), 'warp')).toBe(0.3);
  });

  it('gives way to what is changed by hand', async () => {
    const here = await rig({ overrides: { graph: wanted } });
    const playing = here.show.graph();
    const nodes = playing.nodes.map((node) =>
      node.type === 'source' ? { ...node, config: { size: 2 } } : node,
    );
    await here.show.setGraph({ ...playing, nodes }, rest);
    await here.show.close();
    expect(saved(here.files)['graph']).toMatchObject({
      nodes: [{ id: 'in', config: { size: 2 } }, { id: 'main', pipeline: 'glow' }, { id: 'out' }],
    });
  });

  it('adds a source or sink where the show has none, and takes it out again', async () => {
    const bare = { nodes: graphOf().nodes.filter((node) => node.type === 'stage'), links: [] };
    const here = await rig({
      defaultGraph: bare,
      overrides: { graph: { source: wanted.source, sink: { adapter: 'stills', config: {} } } },
    });
    expect(here.show.graph().links).toEqual(graphOf().links);
    here.show.set({ '/main/warp': 0.3 }, rest);
    await here.show.close();
    expect(saved(here.files)['graph']).toEqual(bare);
  });

  it('that cannot be followed is an error, and touches no file', async () => {
    const here = await rig();
    here.show.set({ '/main/warp': 0.3 }, rest);
    await here.show.close();
    const before = new Map(here.files.texts);
    await expect(next(here, { overrides: { graph: { pipeline: 'nothing' } } })).rejects.toMatchObject({
      code: 'E_GRAPH_UNKNOWN_PIPELINE',
    });
    expect(here.files.texts).toEqual(before);
  });
});

describe('Files on disk', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'reverie-show-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  it('are replaced whole, in folders made for them, with nothing left beside them', async () => {
    const path = join(folder, 'a', 'b', 'show.json');
    expect(await diskFiles.read(path)).toBeNull();
    expect(await diskFiles.list(join(folder, 'a'))).toEqual([]);
    await diskFiles.replace(path, 'one');
    await diskFiles.replace(path, 'two');
    expect(await readFile(path, 'utf8')).toBe('two');
    expect(await readdir(join(folder, 'a', 'b'))).toEqual(['show.json']);
    await diskFiles.remove(path);
    await diskFiles.remove(path);
    expect(await diskFiles.read(path)).toBeNull();
  });

  it('that cannot be replaced stay as they were', async () => {
    await writeFile(join(folder, 'file'), 'here');
    await expect(diskFiles.replace(join(folder, 'file', 'show.json'), 'x')).rejects.toThrow();
    await expect(diskFiles.replace(folder, 'x')).rejects.toThrow();
    expect(await readdir(folder)).toEqual(['file']);
  });

  it('carry a show from one start to the next', async () => {
    const path = join(folder, 'show.json');
    const here = await rig({ file: path, files: diskFiles });
    here.show.set({ '/main/strength': 0.1 }, rest);
    await here.show.close();
    expect(await readdir(folder)).toEqual(['show.json']);
    expect(played(await rig({ file: path, files: diskFiles }), 'strength')).toBe(0.1);
  });
});

function catalogOf(
  installed: Readonly<Record<string, (typeof pipelines)[string] | undefined>>,
): NonNullable<Parameters<typeof rig>[0]>['catalog'] & object {
  return {
    pipeline: (id) => installed[id] ?? null,
    pipelinePorts: (id) => (installed[id] === undefined ? null : { inputs: ['video'], outputs: ['video'] }),
    adapterPlays: () => true,
    known: () => Promise.resolve(),
    configError: () => null,
    readEndpoint: readPlace,
  };
}
