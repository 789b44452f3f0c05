import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failure } from '../../../src/contract/error.ts';
import { createServer, type Server } from '../../../src/server/server.ts';
import { house, type House } from './doubles.ts';
import { tempFolder } from '../../support/temp-folder.ts';

let panelDir: string;
let deps: House;
let server: Server;

beforeEach(async () => {
  panelDir = tempFolder('panel');
  writeFileSync(join(panelDir, 'index.html'), '<!doctype html><title>Reverie</title>');
  deps = house(panelDir);
  server = await createServer(deps);
});

afterEach(async () => {
  await server.close();
});

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
async function ask(method: Method, url: string, body?: unknown, headers: Record<string, string> = {}) {
  const payload =
    body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) };
  const type = body === undefined ? {} : { 'content-type': 'application/json' };
  const response = await server.fastify.inject({ method, url, ...payload, headers: { ...type, ...headers } });
  const json = response.headers['content-type']?.toString().includes('json') === true;
  return {
    status: response.statusCode,
    headers: response.headers,
    body: json ? response.json() : response.body,
  };
}

describe('what a client reads', () => {
  it('says that the daemon lives, and how its nodes are', async () => {
    const { status, body } = await ask('GET', '/health');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      status: 'ok',
      version: '0.1.0',
      state: 'live',
      nodes: { in: 'live', main: 'live', out: 'live' },
    });
    expect(body.uptimeSeconds).toBeGreaterThanOrEqual(5);
  });

  it('lists every parameter with range, default and live value, of all nodes or of one', async () => {
    const all = await ask('GET', '/api/v1/parameters');
    expect(
      all.body.parameters.find((p: { address: string }) => p.address === '/main/strength'),
    ).toMatchObject({
      type: 'number',
      value: 0.7,
      default: 0.7,
      minimum: 0,
      maximum: 1,
      setBy: null,
      ui: { label: 'Strength', load: false },
    });
    expect((await ask('GET', '/api/v1/parameters?node=in')).body.parameters).toEqual([]);
    expect((await ask('GET', '/api/v1/parameters?node=nobody')).status).toBe(404);
  });

  it('shows status with pids, faults and the show file, and never changes it by reading', async () => {
    const fault = {
      node: 'main',
      code: 'E_RUNNER_KILLED',
      message: 'SIGKILL',
      remedy: null,
      at: 1,
      pid: 4001,
      exitCode: null,
      signal: 'SIGKILL',
      log: ['last words'],
    };
    deps.engine.nodes = deps.engine.nodes.map((node) => (node.id === 'main' ? { ...node, fault } : node));
    for (let reads = 0; reads < 2; reads += 1) {
      const { body } = await ask('GET', '/api/v1/status');
      expect(body).toMatchObject({ state: 'live', show: { file: 'show.json' } });
      expect(body.nodes[1]).toMatchObject({ id: 'main', pid: 4001, fault });
      const { log, ...facts } = fault;
      // The lines stand with the node, and only there.
      expect(body.faults).toEqual([facts]);
      expect(JSON.stringify(body).split(log[0] ?? '')).toHaveLength(2);
    }
  });

  it('has the whole lines of a runner with its node', async () => {
    const { body } = await ask('GET', '/api/v1/nodes/main');
    expect(body.log).toEqual({ runner: ['main plays'], fault: ['main said this last'] });
  });

  it('gives the newest picture, uncached, of the node asked for or of what the audience sees', async () => {
    const { status, headers } = await ask('GET', '/api/v1/frame?node=main&format=png&size=64');
    expect([
      status,
      headers['cache-control'],
      headers['content-type'],
      headers['x-reverie-sequence'],
    ]).toEqual([200, 'no-store', 'image/jpeg', '7']);
    expect((await ask('GET', '/api/v1/frame')).status).toBe(200);
    expect(deps.engine.stills).toEqual([
      ['main', { format: 'png', maxSide: 64, quality: 85 }],
      ['out', { format: 'jpeg', maxSide: null, quality: 85 }],
    ]);
    expect((await ask('GET', '/api/v1/frame?format=gif')).body.error.code).toBe('E_HTTP_INVALID');
    expect((await ask('GET', '/api/v1/frame?node=nobody')).body.error).toMatchObject({
      code: 'E_HTTP_NOT_FOUND',
      details: { nodes: ['in', 'main', 'out'] },
    });
    deps.engine.still_ = null;
    const none = await ask('GET', '/api/v1/frame');
    expect([none.status, none.body.error.code]).toEqual([503, 'E_FRAME_NONE']);
  });

  it('names the field of a query that does not fit', async () => {
    const { status, body } = await ask('GET', '/api/v1/frame?size=huge');
    expect([status, body.error.code]).toEqual([400, 'E_HTTP_INVALID']);
    expect(body.detail).toContain('size');
  });

  it('counts for Prometheus: frames, drops, latency, event-loop delay and faults by code', async () => {
    const fault = {
      node: 'main',
      code: 'E_RUNNER_HUNG',
      message: '',
      remedy: null,
      at: 1,
      pid: 1,
      exitCode: null,
      signal: null,
      log: [],
    };
    deps.engine.tell({ type: 'fault', fault });
    const { body, headers } = await ask('GET', '/metrics');
    expect(headers['content-type']).toContain('text/plain');
    for (const line of [
      'reverie_frames_out_total{node="main"} 89',
      'reverie_drops_total{node="main"} 1',
      'reverie_latency_seconds{node="main",timing="hop",quantile="0.99"} 0.0009',
      'reverie_event_loop_delay_seconds{quantile="0.5"} 0.0001',
      'reverie_faults_total{node="main",code="E_RUNNER_HUNG"} 1',
      'reverie_node_state{node="main",state="live"} 1',
    ]) {
      expect(body).toContain(line);
    }
    expect((await ask('GET', '/metrics')).body).toContain('reverie_frames_out_total{node="main"} 89');
  });

  it('starts counting anew when asked', async () => {
    expect((await ask('POST', '/api/v1/stats/reset')).status).toBe(204);
    expect(deps.engine.resets).toBe(1);
  });
});

describe('what a client changes', () => {
  it('sets the values that fit and names those that do not', async () => {
    const { status, body } = await ask('PATCH', '/api/v1/parameters', {
      '/main/strength': 0.4,
      '/main/nothing': 1,
      '/main/steps': 3,
    });
    expect(status).toBe(200);
    expect(body.applied).toEqual([
      { address: '/main/strength', value: 0.4 },
      { address: '/main/steps', value: 3 },
    ]);
    expect(body.rejected[0]).toMatchObject({
      address: '/main/nothing',
      error: { code: 'E_ADDRESS_UNKNOWN' },
    });
    expect(deps.show.senders).toEqual(['rest:127.0.0.1', 'rest:127.0.0.1']);
  });

  it('answers 422 with the first refusal where no value fits', async () => {
    const { status, body } = await ask('PATCH', '/api/v1/parameters', { '/main/strength': 7 });
    expect([status, body.error.code, body.applied]).toEqual([422, 'E_VALUE_RANGE', []]);
    expect(body.rejected).toHaveLength(1);
  });

  it('applies a batch of commands together, or none of it with each refusal by index', async () => {
    const good = { kind: 'set', address: '/main/strength', value: 0.2 };
    const bad = { kind: 'set', address: '/main/strength', value: 'much' };
    const refused = await ask('POST', '/api/v1/commands', { commands: [good, bad] });
    expect([refused.status, refused.body.error.code]).toEqual([422, 'E_VALUE_TYPE']);
    expect(refused.body.error.details.rejected).toMatchObject([{ index: 1, address: '/main/strength' }]);
    expect(deps.show.parameter('/main/strength')?.value).toBe(0.7);
    expect((await ask('POST', '/api/v1/commands', { commands: [good] })).status).toBe(200);
    expect(deps.show.parameter('/main/strength')?.value).toBe(0.2);
  });

  it('names the command and field that is not of a known shape', async () => {
    const { status, body } = await ask('POST', '/api/v1/commands', { commands: [{ kind: 'set', value: 1 }] });
    expect([status, body.error.code]).toEqual([422, 'E_COMMAND_INVALID']);
    expect(body.detail).toContain('commands.0.address');
  });

  it('takes a graph whose sources and sinks are written as URLs, and names the one that leads nowhere', async () => {
    const { body: graph } = await ask('GET', '/api/v1/graph');
    const byUrl = graph.nodes.map((node: { id: string; type: string; adapter: string; config: object }) => {
      const { adapter: _adapter, config: _config, ...rest } = node;
      return node.type === 'source' ? { ...rest, url: 'test-pattern:bars' } : node;
    });
    const answer = await ask('PUT', '/api/v1/graph', { ...graph, nodes: byUrl });
    expect(answer.status).toBe(200);
    const source = answer.body.nodes.find(({ type }: { type: string }) => type === 'source');
    expect(source).toMatchObject({ adapter: 'test-pattern', config: { pattern: 'bars' } });
    expect(source).not.toHaveProperty('url');
    const { id } = source;
    for (const refused of [
      await ask('PUT', '/api/v1/graph', { nodes: [{ id, type: 'source', url: 'gopher:hole' }], links: [] }),
      await ask('PATCH', '/api/v1/graph', { nodes: [{ id, url: 'gopher:hole' }] }),
    ])
      expect([refused.status, refused.body.error]).toMatchObject([
        422,
        { code: 'E_GRAPH_INVALID', details: { field: 'nodes.0.url' } },
      ]);
    const both = { id, type: 'source', url: 'test-pattern:bars', adapter: 'test-pattern' };
    expect((await ask('PUT', '/api/v1/graph', { nodes: [both], links: [] })).body.error.code).toBe(
      'E_GRAPH_INVALID',
    );
    await ask('PUT', '/api/v1/graph', graph);
  });

  it('replaces the graph, or refuses it and keeps the old one', async () => {
    const { body: graph } = await ask('GET', '/api/v1/graph');
    expect((await ask('PUT', '/api/v1/graph', graph)).body).toEqual(graph);
    const circle = { ...graph, nodes: [...graph.nodes, { id: 'in', type: 'stage', pipeline: 'dream' }] };
    const refused = await ask('PUT', '/api/v1/graph', circle);
    expect([refused.status, refused.body.error.code]).toEqual([422, 'E_GRAPH_DUPLICATE_NODE']);
    const shapeless = await ask('PUT', '/api/v1/graph', { nodes: 3, links: [] });
    expect([shapeless.status, shapeless.body.error.code]).toEqual([422, 'E_GRAPH_INVALID']);
    expect((await ask('GET', '/api/v1/graph')).body).toEqual(graph);
  });

  it('reloads a node, and says which nodes there are where it does not exist', async () => {
    expect((await ask('POST', '/api/v1/nodes/main/reload')).body).toMatchObject({
      id: 'main',
      role: 'stage',
    });
    expect(deps.engine.reloads).toEqual(['main']);
    const nobody = await ask('POST', '/api/v1/nodes/nobody/reload');
    expect([nobody.status, nobody.body.error.details.nodes]).toEqual([404, ['in', 'main', 'out']]);
  });

  it('answers a failed reload with the code and status of its reason', async () => {
    deps.engine.reload = async () => Promise.reject(failure('E_PIPELINE_VRAM', 'needs 8 GB'));
    const { status, body } = await ask('POST', '/api/v1/nodes/main/reload');
    expect([status, body.error.code, body.detail]).toEqual([507, 'E_PIPELINE_VRAM', 'needs 8 GB']);
    expect(body.error.remedy).not.toBe('');
  });

  it('keeps the reason of an unforeseen failure to the log', async () => {
    deps.engine.reload = async () => Promise.reject(new Error('secret inside'));
    const { status, body } = await ask('POST', '/api/v1/nodes/main/reload');
    expect([status, body.error.code]).toEqual([500, 'E_INTERNAL']);
    expect(JSON.stringify(body)).not.toContain('secret');
  });
});

describe('the page', () => {
  it('is served with headers that keep strangers out', async () => {
    const { status, headers, body } = await ask('GET', '/');
    expect(status).toBe(200);
    expect(body).toContain('<title>Reverie</title>');
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
  });
});
