import { describe, expect, it } from 'vitest';
import type { Graph } from '../../../src/contract/graph.ts';
import { graphOf, played, rest, rig } from './rig.ts';

describe('A graph', () => {
  it('is applied by the engine and is then the one that plays', async () => {
    const here = await rig();
    const wanted = graphOf({ main: 'glow', second: 'plain' });
    expect(await here.show.setGraph(wanted, rest)).toEqual(wanted);
    expect(here.applied.at(-1)).toEqual(wanted);
    expect(here.show.graph()).toEqual(wanted);
    expect(here.show.parameter('/second/gain')?.value).toBe(1);
  });

  it('that is wrong changes nothing and names what', async () => {
    const here = await rig();
    const before = here.show.graph();
    const wrong: [unknown, string][] = [
      [{ nodes: 4 }, 'E_GRAPH_INVALID'],
      [graphOf({ main: 'nothing' }), 'E_GRAPH_UNKNOWN_PIPELINE'],
      [{ ...graphOf(), links: [{ from: 'in', to: 'nobody' }] }, 'E_GRAPH_UNKNOWN_NODE'],
    ];
    for (const [graph, code] of wrong) {
      await expect(here.show.setGraph(graph as Graph, rest)).rejects.toMatchObject({ code });
    }
    expect(here.show.graph()).toEqual(before);
    expect(here.applied.length).toBe(1);
  });

  it('that the engine refuses leaves values, prompts and stages as they were', async () => {
    const here = await rig();
    here.show.set({ '/main/warp': 0.3, '/prompt': 'gold' }, rest);
    here.engine.refuses = () => true;
    await expect(here.show.setGraph(graphOf({ main: 'plain', more: 'glow' }), rest)).rejects.toMatchObject({
      code: 'E_MEMORY_FULL',
    });
    expect(here.show.graph()).toEqual(graphOf());
    expect(here.show.parameter('/main/warp')?.value).toBe(0.3);
    expect(here.show.parameter('/more/warp')).toBeNull();
    expect(here.show.sample('main', here.time.us, 'text').prompt.texts[0]?.text).toBe('gold');
  });

  it('has its new stages ready to be sampled while the engine starts them, and its old ones too', async () => {
    const seen: unknown[] = [];
    const later: { sample: (() => void) | null } = { sample: null };
    const here = await rig({
      defaultGraph: graphOf({ old: 'plain' }),
      applyGraph: () => Promise.resolve(later.sample?.()),
    });
    later.sample = () => seen.push([played(here, 'gain', 'old'), played(here, 'strength', 'fresh')]);
    await here.show.setGraph(graphOf({ fresh: 'glow' }), rest);
    expect(seen.at(-1)).toEqual([1, 0.7]);
    expect(here.show.parameter('/old/gain')).toBeNull();
  });

  it('gives a stage that comes back its values and prompts', async () => {
    const here = await rig();
    here.show.set({ '/main/warp': 0.3, '/main/mode': 'text', '/main/prompt': 'gold' }, rest);
    await here.show.setGraph(graphOf({ other: 'plain' }), rest);
    await here.show.setGraph(graphOf(), rest);
    expect(here.show.parameter('/main/warp')?.value).toBe(0.3);
    expect(here.show.requestedMode('main')).toBe('text');
    expect(here.show.sample('main', here.time.us, 'text').prompt.texts[0]?.text).toBe('gold');
  });

  it('that changes the pipeline of a stage keeps the values that still fit', async () => {
    const here = await rig();
    here.show.set({ '/main/strength': 0.9, '/main/steps': 6, '/main/warp': 0.3 }, rest);
    await here.show.setGraph(graphOf({ main: 'plain' }), rest);
    expect(here.show.sample('main', here.time.us, 'video').values).toMatchObject({
      strength: 0.2,
      steps: 6,
      gain: 1,
    });
    here.show.set({ '/main/steps': 3 }, rest);
    await here.show.setGraph(graphOf(), rest);
    expect(here.show.sample('main', here.time.us, 'video').values).toMatchObject({
      strength: 0.9,
      steps: 3,
      warp: 0.3,
    });
  });

  it('that changes a pipeline still feeds the old one until the new one is warm', async () => {
    const here = await rig({ defaultGraph: graphOf({ main: 'plain' }) });
    here.show.set({ '/main/gain': 3 }, rest);
    await here.show.setGraph(graphOf(), rest);
    expect(played(here, 'gain')).toBe(3);
    expect(here.show.loadValues('main')).toEqual({ width: 512, height: 512 });
    await here.show.setGraph(graphOf({ other: 'glow' }), rest);
    expect(here.show.sample('other', here.time.us, 'text').values).not.toHaveProperty('gain');
  });

  it('waits for the one before it', async () => {
    const here = await rig();
    const both = [
      here.show.setGraph(graphOf({ a: 'plain' }), rest),
      here.show.setGraph(graphOf({ b: 'plain' }), rest),
    ];
    await Promise.all(both);
    expect(here.show.graph()).toEqual(graphOf({ b: 'plain' }));
    expect(here.show.parameter('/a/gain')).toBeNull();
  });
});

describe('A node that is no stage', () => {
  it('is sampled as one that has nothing', async () => {
    const here = await rig();
    expect(here.show.sample('in', here.time.us, 'video')).toMatchObject({
      values: {},
      triggers: {},
      prompt: { texts: [] },
    });
  });
});
