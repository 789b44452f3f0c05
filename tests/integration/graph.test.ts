import { createCanvas, loadImage } from '@napi-rs/canvas';
import { afterEach, describe, expect, it } from 'vitest';
import { gapsMs, notedChain, notedFrames, notesFlags } from './noted-frames.ts';
import {
  chain,
  fixture,
  graphOf,
  pause,
  sinkNode,
  sourceNode,
  stageNode,
  startReverie,
  trouble,
  type Reverie,
} from './reverie.ts';

let reverie: Reverie;
afterEach(() => reverie.dispose());

const flags = ['--pipeline-import', fixture('pipelines/copy.js'), ...trouble('paints', 'fours', 'exits')];
const put = (graph: unknown) => reverie.call('PUT', '/api/v1/graph', graph);

describe('a graph that plays', () => {
  it('takes chains, branches, several sources and several sinks', async () => {
    const graph = graphOf(
      [
        sourceNode('a'),
        sourceNode('b', { width: 320, height: 180 }),
        stageNode('x', 'copy'),
        stageNode('y', 'copy'),
        sinkNode('one'),
        sinkNode('two'),
        sinkNode('three'),
      ],
      [
        ['a', 'x'],
        ['x', 'y'],
        ['y', 'one'],
        ['x', 'two'],
        ['b', 'three'],
      ],
    );
    reverie = await startReverie({ graph, flags });
    for (const id of ['a', 'b', 'x', 'y', 'one', 'two', 'three']) await reverie.live(id);
    expect((await reverie.node('y')).size).toEqual({ width: 512, height: 512 });
    expect((await reverie.node('b')).size).toEqual({ width: 320, height: 180 });
  });

  it('is changed while it plays, and what did not change never notices', async () => {
    reverie = await startReverie({ graph: chain('copy'), flags });
    await reverie.live('out');
    const pids = { in: (await reverie.node('in')).pid, out: (await reverie.node('out')).pid };
    await pause(1000);
    await reverie.call('POST', '/api/v1/stats/reset', {});
    const graph = graphOf(
      [
        sourceNode('in'),
        stageNode('main', 'copy'),
        stageNode('second', 'copy'),
        sinkNode('out'),
        sinkNode('side'),
      ],
      [
        ['in', 'main'],
        ['main', 'second'],
        ['second', 'out'],
        ['in', 'side'],
      ],
    );
    expect((await put(graph)).status).toBe(200);
    await reverie.live('second');
    await reverie.live('side');
    await pause(500);
    expect((await put(chain('copy'))).status).toBe(200);
    await pause(1000);
    expect({ in: (await reverie.node('in')).pid, out: (await reverie.node('out')).pid }).toEqual(pids);
    expect((await reverie.stats('out')).total.tickGap.max).toBeLessThan(1000);
    expect(
      (await reverie.get<{ nodes: { id: string }[] }>('status')).nodes.map(({ id }) => id),
    ).not.toContain('second');
  });

  it('refuses what is wrong with a coded error that names the place, and changes nothing', async () => {
    reverie = await startReverie({ graph: chain('copy'), flags });
    await reverie.live('out');
    const before = (await reverie.call('GET', '/api/v1/graph')).body;
    const nodes = [stageNode('x', 'copy'), stageNode('y', 'copy')];
    const link = (from: string, to: string, more = {}) => ({ from, to, ...more });
    const wrong: [unknown, string][] = [
      [{ nodes, links: [link('x', 'y'), link('y', 'x')] }, 'E_GRAPH_CYCLE'],
      [{ nodes, links: [link('x', 'z')] }, 'E_GRAPH_UNKNOWN_NODE'],
      [{ nodes, links: [link('x', 'y', { toPort: 'mask' })] }, 'E_GRAPH_BAD_PORT'],
      [{ nodes: [stageNode('x', 'nonsense')], links: [] }, 'E_GRAPH_UNKNOWN_PIPELINE'],
      [{ nodes: [sourceNode('in', { pattern: 'no-such-pattern' })], links: [] }, 'E_GRAPH_CONFIG'],
      [{ nodes: [{ id: 'x', type: 'dream' }], links: [] }, 'E_GRAPH_INVALID'],
    ];
    for (const [graph, code] of wrong) {
      const answer = await put(graph);
      expect((answer.body as { error: { code: string } }).error.code).toBe(code);
      expect(answer.status).toBeGreaterThanOrEqual(400);
    }
    expect((await reverie.call('GET', '/api/v1/graph')).body).toEqual(before);
    expect((await reverie.node('out')).status.state).toBe('live');
  });

  it('swaps a pipeline warm: the old one plays until the new one has a frame', async () => {
    reverie = await startReverie({ graph: notedChain('copy'), flags: [...flags, ...notesFlags('late')] });
    await reverie.live('out');
    await pause(1000);
    const { pid } = await reverie.node('main');
    const fromMs = Date.now();
    expect((await put(notedChain('late'))).status).toBe(200);
    const warming = await reverie.until('main', ({ warmingPid }) => warmingPid !== null);
    expect(warming).toMatchObject({ pid, module: 'copy' });
    const swapped = await reverie.until('main', (node) => node.pid !== pid && node.warmingPid === null);
    expect(swapped).toMatchObject({ pid: warming.warmingPid, module: 'late', fault: null });
    await reverie.live('out');
    // `late` takes a second and a half to load: started cold, no new frame would come for longer than that.
    const frames = await notedFrames(reverie, fromMs);
    expect((frames.at(-1)?.atMs ?? 0) - fromMs).toBeGreaterThan(1500);
    expect(Math.max(...gapsMs(frames))).toBeLessThan(1000);
  });

  it('follows a source that changes size, with no gap and no memory left of the old one', async () => {
    reverie = await startReverie({ graph: notedChain('copy'), flags: [...flags, ...notesFlags()] });
    await reverie.live('out');
    const { pid } = await reverie.live('main');
    await pause(1000);
    const fromMs = Date.now();
    for (const width of [640, 320, 512]) {
      await put(notedChain('copy', { width, height: 256 }));
      await reverie.until('main', ({ size }) => size?.width === width && size.height === 256);
      await pause(400);
    }
    const frames = await notedFrames(reverie, fromMs);
    // The old source plays until the new one has a frame: nothing new would come for as long as a start takes.
    const widths = frames.map(({ width }) => width);
    expect(widths.filter((width, index) => width !== widths[index - 1])).toEqual([512, 640, 320, 512]);
    expect(Math.max(...gapsMs(frames))).toBeLessThan(1000);
    expect((await reverie.node('main')).pid).toBe(pid);
    const { links } = await reverie.get<{ links: { slots: number }[] }>('stats');
    const { memory } = await reverie.get<{ memory: { bytes: number } }>('status');
    const slots = links.reduce((sum, link) => sum + link.slots, 0);
    expect(memory.bytes).toBeLessThan((slots + 8) * (512 * 256 * 4 + 8192));
  });
});

describe('a stage that is down', () => {
  const withFallback = (fallback: string) => chain('exits', { fallback });
  const frameSize = async (): Promise<number> => (await reverie.frame('&node=out')).length;

  it('lets its consumers hold the last picture', async () => {
    reverie = await startReverie({ graph: withFallback('hold'), flags });
    await playThenBreak();
    // Counts come once a second.
    await pause(1500);
    const before = (await reverie.stats('out')).framesIn;
    await pause(1500);
    expect((await reverie.stats('out')).framesIn).toBe(before);
    expect(await frameSize()).toBeGreaterThan(1000);
  });

  it('lets its input through where it is bypassed', async () => {
    reverie = await startReverie({ graph: withFallback('bypass'), flags });
    await playThenBreak();
    const before = (await reverie.stats('out')).framesIn;
    await pause(1500);
    expect((await reverie.stats('out')).framesIn - before).toBeGreaterThan(15);
    await recover();
  });

  it('shows a slate where that was chosen', async () => {
    reverie = await startReverie({ graph: withFallback('slate'), flags });
    await reverie.live('out');
    await expect.poll(brightness).toBeGreaterThan(60);
    await playThenBreak();
    await expect.poll(brightness, { timeout: 5000 }).toBeLessThan(30);
    await recover();
    await expect.poll(brightness, { timeout: 5000 }).toBeGreaterThan(60);
  });

  /** Mean of all red, green and blue of what `out` shows; the slate is dark and calm. */
  async function brightness(): Promise<number> {
    const image = await loadImage(await reverie.frame('&node=out'));
    const context = createCanvas(image.width, image.height).getContext('2d');
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, image.width, image.height);
    return (
      data.reduce((sum, value, index) => (index % 4 === 3 ? sum : sum + value), 0) / (data.length * 0.75)
    );
  }

  async function playThenBreak(): Promise<void> {
    await reverie.live('out');
    await pause(1200);
    await reverie.call('PATCH', '/api/v1/parameters', { '/main/armed': true });
    await reverie.until('main', ({ restarts, status }) => restarts >= 3 && status.state === 'failed');
  }

  async function recover(): Promise<void> {
    await reverie.call('PATCH', '/api/v1/parameters', { '/main/armed': false });
    await reverie.live('main', 8000);
    await reverie.live('out');
  }
});
