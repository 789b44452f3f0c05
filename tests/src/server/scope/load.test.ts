import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failure } from '../../../../src/contract/error.ts';
import { graphSchema } from '../../../../src/contract/graph.ts';
import { newShow, performLoad, rig, type Rig } from './rig.ts';

let house: Rig;
beforeEach(async () => {
  house = await rig();
});
afterEach(() => house.close());

const status = async () => (await house.ask('GET', 'pipeline/status')).body;
const load = (body: unknown) => house.ask('POST', 'pipeline/load', body);
const stages = () =>
  house.show.graph().nodes.flatMap((node) => (node.type === 'stage' ? [`${node.id}:${node.pipeline}`] : []));
const links = () => house.show.graph().links.map(({ from, to }) => `${from}>${to}`);

describe('loading what plays already', () => {
  it('is no change, and the status stays loaded', async () => {
    house.engine.played = [];
    const { status: code, body } = await load(performLoad('dream'));
    expect([code, typeof body.message]).toEqual([200, 'string']);
    expect(await status()).toMatchObject({
      status: 'loaded',
      pipeline_id: 'dream',
      load_params: { width: 512, height: 512, quality: 'standard' },
      loaded_lora_adapters: [],
      error: null,
      loading_stage: null,
      produces_video: true,
      produces_audio: false,
    });
    expect([house.engine.played, house.reloads]).toEqual([[], []]);
  });

  it('twice, as the page does a second after the picture starts, leaves alone what was moved in between', async () => {
    const body = performLoad('dream', { width: 512, height: 512, strength: 0.7 });
    await load(body);
    expect(house.value('/main/strength')).toBe(0.7);
    house.show.set({ '/main/strength': 0.3 }, { id: 'osc:1', strictness: 'coerce' });
    house.engine.played = [];
    await load(body);
    expect(house.value('/main/strength')).toBe(0.3);
    expect([house.engine.played, house.reloads]).toEqual([[], []]);
    expect((await status()).status).toBe('loaded');
  });

  it('while it is still loading waits for it like the first one, and starts nothing anew', async () => {
    await load(performLoad('passthrough'));
    house.engine.played = [];
    await load(performLoad('passthrough'));
    expect([house.engine.played, house.engine.reloads, (await status()).status]).toEqual([[], [], 'loading']);
    house.engine.works('main');
    expect((await status()).status).toBe('loaded');
  });

  it('may say more than is asked for: who loads, and from where', async () => {
    const answer = await load({
      ...performLoad('dream'),
      connection_id: 'c-1',
      connection_info: { gpu_type: 'h100' },
      user_id: null,
    });
    expect([answer.status, (await status()).status]).toEqual([200, 'loaded']);
  });

  it('with other live values sets them, and loads nothing anew', async () => {
    await load(performLoad('dream', { width: 512, height: 512, strength: 0.7, palette: 'ice' }));
    expect([house.value('/main/strength'), house.value('/main/palette')]).toEqual([0.7, 'ice']);
    expect((await status()).status).toBe('loaded');
    await load(performLoad('dream', { width: 768, height: 512 }));
    await expect.poll(() => house.reloads).toEqual(['main']);
  });

  it('at the same time from two pages is one change', async () => {
    house.engine.played = [];
    await Promise.all([load(performLoad('passthrough')), load(performLoad('passthrough'))]);
    expect(house.engine.played).toHaveLength(1);
  });
});

describe('loading something else', () => {
  it('is loading before the answer is out, and loaded once the engine plays it', async () => {
    await load({ pipeline_ids: ['passthrough'] });
    expect(stages()).toEqual(['main:passthrough']);
    expect(links()).toEqual(['in>main', 'main>out']);
    expect(await status()).toMatchObject({
      status: 'loading',
      pipeline_id: 'passthrough',
      loading_stage: expect.any(String),
    });
    house.engine.works('main');
    expect(await status()).toMatchObject({ status: 'loaded', loading_stage: null });
  });

  it('tells why it failed, as often as it is asked, while the old one plays on', async () => {
    await load({ pipeline_ids: ['passthrough'] });
    house.engine.fails('main', 'The model file is broken');
    for (let reads = 0; reads < 2; reads += 1)
      expect(await status()).toMatchObject({
        status: 'error',
        error: 'The model file is broken. Correct it.',
      });
    await load({ pipeline_ids: ['dream'] });
    expect((await status()).status).toBe('loading');
    house.engine.works('main');
    expect((await status()).status).toBe('loaded');
  });

  it('is tried again when it is asked for again', async () => {
    await load({ pipeline_ids: ['passthrough'] });
    house.engine.fails('main', 'The model file is broken');
    await load({ pipeline_ids: ['passthrough'] });
    expect(house.engine.reloads).toEqual(['main']);
    expect((await status()).status).toBe('loading');
    house.engine.works('main');
    await load({ pipeline_ids: ['passthrough'] });
    expect([house.engine.reloads, (await status()).status]).toEqual([['main'], 'loaded']);
  });

  it('of another size loads anew, by value: the same size given as text is no change', async () => {
    await load(performLoad('dream', { width: 512, height: 512 }));
    await load(performLoad('dream', { width: '512', height: 512 }));
    expect((await status()).status).toBe('loaded');
    await load(performLoad('dream', { width: 768, height: 512 }));
    expect(house.value('/main/width')).toBe(768);
    expect(await status()).toMatchObject({ status: 'loading', load_params: { width: 768 } });
    await expect.poll(() => house.reloads).toEqual(['main']);
    house.engine.works('main');
    expect((await status()).status).toBe('loaded');
  });

  it('clamps, and counts what the pipeline does not have instead of refusing it', async () => {
    const answer = await load({
      pipeline_ids: ['dream'],
      load_params: {
        height: 100_000,
        seed: 42,
        loras: [],
        lora_merge_mode: 'permanent_merge',
        vace_enabled: false,
        quantization: null,
      },
    });
    expect(answer.status).toBe(200);
    expect([house.value('/main/height'), house.value('/main/seed')]).toEqual([2048, 42]);
    const [refused] = (await house.ask('GET', 'status')).body.rejections;
    expect([refused.sender, refused.count]).toEqual(['rest:127.0.0.1', 3]);
  });

  it('of two puts the preprocessor before the main one, which keeps its place and plays on', async () => {
    await load({ pipeline_ids: ['edges', 'dream'], load_params: { height: 512, width: 512, amount: 0.8 } });
    expect(stages()).toEqual(['edges:edges', 'main:dream']);
    expect(links()).toEqual(['in>edges', 'edges>main', 'main>out']);
    expect(house.engine.nodes.find(({ id }) => id === 'main')).toMatchObject({ pid: 5002, warmingPid: null });
    expect(house.value('/edges/amount')).toBe(0.8);
    expect((await house.ask('GET', 'status')).body.rejections).toEqual([]);
    house.engine.played = [];
    await load({ pipeline_ids: ['edges', 'dream'], load_params: { height: 512, width: 512, amount: 0.8 } });
    expect(house.engine.played).toEqual([]);
  });

  it('of one alone takes the others out again', async () => {
    await load({ pipeline_ids: ['edges', 'dream'] });
    await load(performLoad('dream'));
    expect([stages(), links()]).toEqual([['main:dream'], ['in>main', 'main>out']]);
  });

  it('of one pipeline twice plays it in two stages', async () => {
    await load({ pipeline_ids: ['edges', 'edges', 'dream'] });
    expect(stages()).toEqual(['edges:edges', 'stage-2:edges', 'main:dream']);
    expect(links()).toEqual(['in>edges', 'edges>stage-2', 'stage-2>main', 'main>out']);
  });

  it('calls new nodes as the client does', async () => {
    await load({
      pipelines: [
        { node_id: 'node-7', pipeline_id: 'edges', load_params: {} },
        { node_id: 'Node 8', pipeline_id: 'dream', load_params: {} },
      ],
    });
    expect(stages()).toEqual(['node-7:edges', 'main:dream']);
  });

  it('leaves other branches of the graph alone', async () => {
    await house.show.setGraph(
      graphSchema.parse({
        nodes: [
          ...newShow.nodes,
          { id: 'side', type: 'stage', pipeline: 'passthrough' },
          { id: 'wall', type: 'sink', adapter: 'stills' },
        ],
        links: [...newShow.links, { from: 'in', to: 'side' }, { from: 'side', to: 'wall' }],
      }),
      { id: 'test', strictness: 'reject' },
    );
    await load({ pipeline_ids: ['edges', 'passthrough'] });
    expect(links().sort()).toEqual(['edges>main', 'in>edges', 'in>side', 'main>out', 'side>wall']);
    expect(stages().sort()).toEqual(['edges:edges', 'main:passthrough', 'side:passthrough']);
  });
});

describe('a show without stages', () => {
  it('is not loaded until something is, and gets a source and a sink with it', async () => {
    await house.show.setGraph({ nodes: [], links: [] }, { id: 'test', strictness: 'reject' });
    expect(await status()).toMatchObject({ status: 'not_loaded', pipeline_id: null, load_params: null });
    await load(performLoad('dream'));
    expect([stages(), links()]).toEqual([['main:dream'], ['in>main', 'main>out']]);
  });

  it('takes the last that can be the main one for it: preprocessors come first', async () => {
    await house.show.setGraph({ nodes: [], links: [] }, { id: 'test', strictness: 'reject' });
    await load({ pipeline_ids: ['passthrough', 'dream'] });
    expect(stages()).toEqual(['passthrough:passthrough', 'main:dream']);
  });

  it('that shows a source directly has the pipeline put in between', async () => {
    const nodes = newShow.nodes.filter(({ type }) => type !== 'stage');
    await house.show.setGraph(
      { nodes, links: [{ from: 'in', fromPort: 'video', to: 'out', toPort: 'video' }] },
      { id: 'test', strictness: 'reject' },
    );
    await load(performLoad('dream'));
    expect(links()).toEqual(['in>main', 'main>out']);
  });
});

describe('a load that cannot be', () => {
  it.each([
    ['an unknown pipeline', performLoad('longlive'), 422, 'E_GRAPH_UNKNOWN_PIPELINE'],
    ['no pipeline', {}, 400, 'E_HTTP_INVALID'],
    ['an empty list', { pipeline_ids: [] }, 400, 'E_HTTP_INVALID'],
    ['a list of numbers', { pipeline_ids: [1] }, 400, 'E_HTTP_INVALID'],
    ['more pipelines than a row may have', { pipeline_ids: Array(17).fill('dream') }, 400, 'E_HTTP_INVALID'],
    ['a name of a megabyte', { pipeline_ids: ['x'.repeat(200_000)] }, 400, 'E_HTTP_INVALID'],
    ['text', '"dream"', 400, 'E_HTTP_INVALID'],
    ['no JSON', '{"pipelines":', 400, 'E_HTTP_BODY'],
  ])('(%s) says why in detail, and the show plays on', async (_what, body, code, error) => {
    house.engine.played = [];
    const answer = await load(body);
    expect([answer.status, answer.body.error.code, typeof answer.body.detail]).toEqual([
      code,
      error,
      'string',
    ]);
    expect(house.engine.played).toEqual([]);
    expect((await status()).status).toBe('loaded');
  });

  it('names the pipelines there are', async () => {
    expect((await load(performLoad('longlive'))).body.detail).toContain('dream, passthrough, edges');
  });

  it('is refused by the engine with its reason, and the status tells of what plays', async () => {
    house.engine.refusal = failure('E_PIPELINE_VRAM', 'The GPU has 2 GB free; this needs 20 GB');
    const answer = await load({ pipeline_ids: ['passthrough'] });
    expect([answer.status, answer.body.error.code]).toEqual([507, 'E_PIPELINE_VRAM']);
    expect(answer.body.detail).toContain('20 GB');
    expect(await status()).toMatchObject({ status: 'loaded', pipeline_id: 'dream' });
    expect(stages()).toEqual(['main:dream']);
  });
});

describe('the status of a stage', () => {
  it('is loaded where the new one only waits for frames, so that the client goes on to bring its camera', async () => {
    house.engine.set('main', {
      status: {
        state: 'degraded-input',
        code: 'E_INPUT_NONE',
        message: 'No frames',
        remedy: null,
        context: {},
        since: 0,
      },
    });
    await load({ pipeline_ids: ['passthrough'] });
    expect((await status()).status).toBe('loaded');
  });

  it('is an error while its runner cannot be started, with what to do about it', async () => {
    house.engine.set('main', {
      status: {
        state: 'failed',
        code: 'E_RUNNER_START',
        message: 'It does not start',
        remedy: 'Look at the log.',
        context: {},
        since: 0,
      },
    });
    expect(await status()).toMatchObject({ status: 'error', error: 'It does not start. Look at the log.' });
  });

  it('is loading while it starts', async () => {
    house.engine.set('main', {
      status: {
        state: 'starting',
        code: null,
        message: 'Starting dream',
        remedy: null,
        context: {},
        since: 0,
      },
    });
    expect(await status()).toMatchObject({ status: 'loading', loading_stage: 'Starting dream' });
  });
});
