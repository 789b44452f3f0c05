import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failure } from '../../../../src/contract/error.ts';
import { graphSchema } from '../../../../src/contract/graph.ts';
import {
  newShow,
  performGraph,
  performLoad,
  rig,
  sdpOf,
  textParameters,
  videoParameters,
  type Rig,
} from './rig.ts';

let house: Rig;
beforeEach(async () => {
  house = await rig();
});
afterEach(() => house.close());

const by = { id: 'test', strictness: 'reject' } as const;
const offer = (initialParameters?: unknown, sdp = sdpOf('sendrecv')) =>
  house.ask('POST', 'webrtc/offer', {
    sdp,
    type: 'offer',
    ...(initialParameters === undefined ? {} : { initialParameters }),
  });
const sources = () =>
  house.show.graph().nodes.flatMap((node) => (node.type === 'source' ? [`${node.id}:${node.adapter}`] : []));
const rejections = async () => (await house.ask('GET', 'status')).body.rejections;

describe('an offer in text mode', () => {
  it('is answered with a session that sees what the audience sees, and feeds nothing', async () => {
    const { status, body } = await offer(textParameters);
    expect([status, body]).toEqual([200, { sdp: 'v=0\r\nanswer', type: 'answer', sessionId: 'session-1' }]);
    expect(house.sessions.offers).toEqual([
      { sdp: sdpOf('sendrecv'), client: 'scope', views: ['out'], feeds: [] },
    ]);
  });

  it('plays its prompts, with weights of 0 to 100 as shares, and its mode', async () => {
    await offer({
      ...textParameters,
      prompts: [
        { text: 'a calm sea', weight: 100 },
        { text: 'fire', weight: 25 },
      ],
      prompt_interpolation_method: 'slerp',
    });
    expect(house.value('/main/prompts')).toEqual([
      { text: 'a calm sea', weight: 1 },
      { text: 'fire', weight: 0.25 },
    ]);
    expect(house.value('/main/prompts/interpolation')).toBe('slerp');
    expect(house.value('/main/mode')).toBe('text');
  });

  it('does not wait for the browser source of its graph, and leaves the graph as it is', async () => {
    house.engine.played = [];
    await offer(textParameters);
    expect([house.engine.played, sources()]).toEqual([[], ['in:test-pattern']]);
  });

  it('has what no pipeline knows counted, and the rest played', async () => {
    await offer({ ...textParameters, strength: 0.2, noise_scale: 0.7, noise_controller: true });
    expect(house.value('/main/strength')).toBe(0.2);
    expect(await rejections()).toEqual([
      expect.objectContaining({
        sender: 'scope:session-1',
        count: 3,
        lastError: expect.objectContaining({ code: 'E_ADDRESS_UNKNOWN' }),
      }),
    ]);
  });

  it('while another one plays is one more viewer', async () => {
    await offer(textParameters);
    house.engine.played = [];
    const second = await offer(textParameters);
    expect([second.status, second.body.sessionId]).toEqual([200, 'session-2']);
    expect(house.engine.played).toEqual([]);
    expect(house.sessions.reports().map(({ id }) => id)).toEqual(['session-1', 'session-2']);
  });
});

describe('an offer of the API examples', () => {
  it('without graph and pipelines sees the show that plays, prompts with weights of 0 to 1 included', async () => {
    const { status } = await offer({
      prompts: [
        { text: 'a garden', weight: 0.7 },
        { text: 'a desert', weight: 0.3 },
      ],
      denoising_step_list: [1000, 750, 500, 250],
      manage_cache: true,
    });
    expect(status).toBe(200);
    expect(house.sessions.offers[0]).toMatchObject({ views: ['out'], feeds: [] });
    expect(house.value('/main/prompts')).toEqual([
      { text: 'a garden', weight: 0.7 },
      { text: 'a desert', weight: 0.3 },
    ]);
    expect(house.value('/main/mode')).toBe('auto');
  });

  it('without any parameters is answered, too', async () => {
    expect((await offer()).status).toBe(200);
    expect(
      (await house.ask('POST', 'webrtc/offer', { sdp: sdpOf('recvonly'), initialParameters: null })).status,
    ).toBe(200);
  });

  it('with a line for each sink sees them in order; the line of a recorder stays dark', async () => {
    await house.show.setGraph(
      graphSchema.parse({
        nodes: [...newShow.nodes, { id: 'wall', type: 'sink', adapter: 'stills' }],
        links: [...newShow.links, { from: 'in', to: 'wall' }],
      }),
      by,
    );
    await offer(textParameters, sdpOf('sendrecv', 'recvonly', 'recvonly'));
    expect(house.sessions.offers[0]?.views).toEqual(['out', 'wall']);
  });

  it('may say who asks, and from where', async () => {
    const { status } = await house.ask('POST', 'webrtc/offer', {
      sdp: sdpOf('recvonly'),
      type: 'offer',
      initialParameters: { strength: 0.2 },
      user_id: 'somebody',
      connection_id: null,
      connection_info: { region: 'here' },
    });
    expect([status, house.value('/main/strength')]).toEqual([200, 0.2]);
  });

  it('with its weights all zero plays all the same', async () => {
    await offer({
      prompts: [
        { text: 'one', weight: 0 },
        { text: 'two', weight: 0 },
      ],
    });
    expect(house.value('/main/prompts')).toEqual([
      { text: 'one', weight: 1 },
      { text: 'two', weight: 1 },
    ]);
  });
});

describe('an offer with a camera', () => {
  it('takes the place of the test pattern that nobody chose', async () => {
    await offer(videoParameters);
    expect(sources()).toEqual(['in:webrtc']);
    expect(house.sessions.offers[0]?.feeds).toEqual(['in']);
    expect(house.sessions.reports()[0]).toMatchObject({ feeds: ['in'], refused: [] });
    expect(house.value('/main/mode')).toBe('video');
  });

  it('feeds a source that waits for one, without touching the graph', async () => {
    await offer(videoParameters);
    house.sessions.hangUp('session-1');
    house.engine.played = [];
    await offer(videoParameters);
    expect([house.engine.played, house.sessions.reports()[0]?.feeds]).toEqual([[], ['in']]);
  });

  it('while another camera plays sees the show, and its session says why its own is not taken', async () => {
    await offer(videoParameters);
    const second = await offer(videoParameters);
    expect(second.status).toBe(200);
    expect(house.sessions.reports()[1]).toMatchObject({
      views: ['out'],
      feeds: [],
      refused: [{ node: 'in', reason: expect.stringContaining('session-1') }],
    });
  });

  it('leaves a source that somebody chose', async () => {
    const file = { id: 'in', type: 'source', adapter: 'file', config: { path: '/clips/a.mp4' } };
    await house.show.setGraph(
      graphSchema.parse({ ...newShow, nodes: [file, ...newShow.nodes.slice(1)] }),
      by,
    );
    expect((await offer(videoParameters)).status).toBe(200);
    expect(sources()).toEqual(['in:file']);
    expect(house.sessions.reports()[0]).toMatchObject({ feeds: [], refused: [{ node: 'in' }] });
  });

  it('leaves a test pattern that somebody chose', async () => {
    const bars = { id: 'in', type: 'source', adapter: 'test-pattern', config: { pattern: 'bars' } };
    await house.show.setGraph(
      graphSchema.parse({ ...newShow, nodes: [bars, ...newShow.nodes.slice(1)] }),
      by,
    );
    await offer(videoParameters);
    expect(sources()).toEqual(['in:test-pattern']);
  });

  it('that fails gives the source back', async () => {
    house.sessions.refusal = failure('E_SESSION_OFFER', 'No codec that could be answered');
    const { status, body } = await offer(videoParameters);
    expect([status, body.error.code, body.detail]).toEqual([
      400,
      'E_SESSION_OFFER',
      'No codec that could be answered',
    ]);
    expect(sources()).toEqual(['in:test-pattern']);
    expect(house.value('/main/mode')).toBe('auto');
    house.sessions.refusal = null;
    expect((await offer(videoParameters)).status).toBe(200);
  });

  it('in video mode that can only receive sees the show', async () => {
    await offer(videoParameters, sdpOf('recvonly'));
    expect([sources(), house.sessions.offers[0]?.feeds]).toEqual([['in:test-pattern'], []]);
  });
});

describe('an empty show', () => {
  beforeEach(async () => {
    await house.show.setGraph({ nodes: [], links: [] }, by);
  });

  it("is set up from the offer's graph", async () => {
    expect((await offer(textParameters)).status).toBe(200);
    const { nodes, links } = house.show.graph();
    expect(nodes.map((node) => `${node.type} ${node.id}`)).toEqual(['source in', 'stage main', 'sink out']);
    expect(links.map(({ from, to }) => `${from}>${to}`)).toEqual(['in>main', 'main>out']);
    expect(house.sessions.offers[0]?.views).toEqual(['out']);
    expect(house.value('/main/prompt')).toBe('a calm sea');
  });

  it('is set up with the camera as its source where there is one', async () => {
    await offer(videoParameters);
    expect([sources(), house.sessions.offers[0]?.feeds]).toEqual([['in:webrtc'], ['in']]);
  });

  it('is set up from the pipelines where the graph is empty', async () => {
    await offer({ ...textParameters, graph: { nodes: [], edges: [] } });
    expect(house.show.graph().nodes.map(({ id }) => id)).toEqual(['in', 'main', 'out']);
  });

  it('is set up with names of ours, without recorders and plain nodes, whatever the client calls them', async () => {
    await offer({
      graph: {
        nodes: [
          { id: 'Camera 1', type: 'source', source_name: null, source_flip_vertical: false },
          { id: 'Edges!', type: 'pipeline', pipeline_id: 'edges' },
          { id: 'prompt', type: 'pipeline', pipeline_id: 'dream' },
          { id: 'rec', type: 'record' },
          { id: 'note', type: 'node', node_type_id: 'note' },
          { id: 'main', type: 'sink' },
          { id: 'second', type: 'sink' },
        ],
        edges: [
          { from: 'Camera 1', to_node: 'Edges!' },
          { from: 'Edges!', to_node: 'prompt' },
          { from: 'prompt', to_node: 'main' },
          { from: 'prompt', to_node: 'rec' },
          { from: 'note', to_node: 'prompt', kind: 'parameter' },
          { from: 'Edges!', to_node: 'second' },
        ],
      },
    });
    expect(house.show.graph().nodes.map(({ id }) => id)).toEqual([
      'in',
      'pipeline-2',
      'main',
      'out',
      'second',
    ]);
    expect(house.show.graph().links.map(({ from, to }) => `${from}>${to}`)).toEqual([
      'in>pipeline-2',
      'pipeline-2>main',
      'main>out',
      'pipeline-2>second',
    ]);
  });

  it('with nothing to play is refused, and the log says so', async () => {
    const { status, body } = await offer({ graph: { nodes: [], edges: [] } });
    expect([status, body.error.code]).toEqual([409, 'E_SHOW_EMPTY']);
    expect(house.warnings).toEqual([expect.stringContaining('Nothing plays')]);
  });

  it.each([
    ['text', 'main'],
    ['nodes without end', { nodes: Array(65).fill({ id: 'a', type: 'sink' }), edges: [] }],
    ['an edge to nowhere', { nodes: [], edges: [{ from: 'a' }] }],
  ])('with a graph that is none (%s) is refused, and stays empty', async (_what, graph) => {
    const { status, body } = await offer({ graph });
    expect([status, body.error.code]).toEqual([400, 'E_HTTP_INVALID']);
    expect(body.detail).toContain('initialParameters.graph');
    expect([house.show.graph().nodes, house.sessions.offers]).toEqual([[], []]);
  });

  it('with an unknown pipeline is refused, and stays empty', async () => {
    const { status, body } = await offer({ graph: performGraph('longlive') });
    expect([status, body.error.code]).toEqual([422, 'E_GRAPH_UNKNOWN_PIPELINE']);
    expect(house.show.graph().nodes).toEqual([]);
  });
});

it('an empty graph for a show that plays is a viewer of it', async () => {
  house.engine.played = [];
  const { status } = await offer({ graph: { nodes: [], edges: [] }, pipeline_ids: ['dream'] });
  expect([status, house.engine.played, house.sessions.offers[0]?.views]).toEqual([200, [], ['out']]);
});

it('an odd graph keeps no viewer from a show that plays', async () => {
  for (const graph of ['main', null, { nodes: [{ id: null }] }])
    expect((await offer({ ...textParameters, graph })).status).toBe(200);
});

describe('an offer that cannot be', () => {
  it.each([
    ['no SDP', { type: 'offer' }, 400, 'E_HTTP_INVALID'],
    ['an empty SDP', { sdp: '', type: 'offer' }, 400, 'E_HTTP_INVALID'],
    ['prose', { sdp: 'let me in', type: 'offer' }, 400, 'E_SESSION_OFFER'],
    ['SDP without media', { sdp: 'v=0\r\ns=-\r\n', type: 'offer' }, 400, 'E_SESSION_OFFER'],
    ['an answer', { sdp: sdpOf('sendrecv'), type: 'answer' }, 400, 'E_HTTP_INVALID'],
    ['parameters that are a list', { sdp: sdpOf('sendrecv'), initialParameters: [1] }, 400, 'E_HTTP_INVALID'],
    ['half a body', '{"sdp":', 400, 'E_HTTP_BODY'],
  ])(
    '(%s) is refused with the reason, which is in the log too, and no session is opened',
    async (_what, body, status, code) => {
      const answer = await house.ask('POST', 'webrtc/offer', body);
      expect([answer.status, answer.body.error.code, typeof answer.body.detail]).toEqual([
        status,
        code,
        'string',
      ]);
      expect(house.sessions.offers).toEqual([]);
      expect(house.warnings).toEqual([expect.stringContaining('offer of a Scope client was')]);
    },
  );

  it('says why where WebRTC is not available, and the second pass of the page is answered', async () => {
    house.sessions.refusal = failure('E_SESSION_UNAVAILABLE', 'node-datachannel is not installed');
    expect((await offer(textParameters)).status).toBe(503);
    house.sessions.refusal = null;
    expect((await offer(textParameters)).status).toBe(200);
  });
});

describe('candidates', () => {
  const candidate = {
    candidate: 'candidate:1 1 UDP 1 127.0.0.1 5000 typ host',
    sdpMid: '0',
    sdpMLineIndex: 0,
  };
  const patch = (id: string, body: unknown) => house.ask('PATCH', `webrtc/offer/${id}`, body);

  it('are passed on, one a request as the page sends them', async () => {
    await offer(textParameters);
    const { status, body } = await patch('session-1', { candidates: [candidate] });
    expect([status, body]).toEqual([204, '']);
    await patch('session-1', { candidates: [{ candidate: '', sdpMid: null }] });
    expect(house.sessions.candidates).toEqual([
      candidate,
      { candidate: '', sdpMid: null, sdpMLineIndex: null },
    ]);
  });

  it('are answered at once however long the peer takes for them', async () => {
    await offer(textParameters);
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    house.sessions.taking = () => released;
    const answers = await Promise.all([1, 2, 3].map(() => patch('session-1', { candidates: [candidate] })));
    expect([answers.map(({ status }) => status), house.sessions.candidates]).toEqual([[204, 204, 204], []]);
    release();
    await expect.poll(() => house.sessions.candidates).toHaveLength(3);
  });

  it('that come late, to a session that has closed, are refused as unknown', async () => {
    await offer(textParameters);
    house.sessions.hangUp('session-1');
    const { status, body } = await patch('session-1', { candidates: [candidate] });
    expect([status, body.error.code]).toEqual([404, 'E_SESSION_UNKNOWN']);
  });

  it('that the peer refuses are in the log', async () => {
    await offer(textParameters);
    house.sessions.taking = () => Promise.reject(failure('E_SESSION_CANDIDATE', 'It is no candidate'));
    expect((await patch('session-1', { candidates: [candidate] })).status).toBe(204);
    await expect.poll(() => house.warnings).toEqual([expect.stringContaining('It is no candidate')]);
  });

  it.each([
    [{}],
    [{ candidates: 'many' }],
    [{ candidates: [{}] }],
    [{ candidates: Array(65).fill(candidate) }],
  ])('(%j) are refused where they are none', async (body) => {
    await offer(textParameters);
    const { status, body: answer } = await patch('session-1', body);
    expect([status, answer.error.code]).toEqual([400, 'E_HTTP_INVALID']);
  });
});

describe('the end of a session', () => {
  it('by closing the connection changes nothing else', async () => {
    await house.ask('POST', 'pipeline/load', performLoad('dream'));
    await offer(textParameters);
    house.engine.played = [];
    house.sessions.hangUp('session-1');
    expect([house.engine.played, house.value('/main/prompt')]).toEqual([[], 'a calm sea']);
    expect((await house.ask('GET', 'pipeline/status')).body.status).toBe('loaded');
  });

  it('can be asked for, once or twice', async () => {
    await offer(textParameters);
    for (let times = 0; times < 2; times += 1)
      expect((await house.ask('DELETE', 'webrtc/offer/session-1')).status).toBe(204);
    expect(house.sessions.reports()).toEqual([]);
  });
});
