import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import ndi from '../../../adapters/ndi/index.ts';
import testPattern from '../../../adapters/test-pattern/index.ts';
import { describeAdapter } from '../../../src/contract/adapter.ts';
import type { NodeStatus } from '../../../src/contract/engine-api.ts';
import type { EndpointStatus } from '../../../src/contract/endpoint.ts';
import { graphSchema } from '../../../src/contract/graph.ts';
import type { JsonObject } from '../../../src/contract/json.ts';
import { Endpoints } from '../../../src/engine/endpoints.ts';
import { planNode } from '../../../src/engine/node-plan.ts';
import { live } from '../server/doubles.ts';

const descriptors = [testPattern, ndi].map(describeAdapter);

/** A source of the graph, connected to a URL. */
function playing(id: string, url: string, info: JsonObject = {}, next: string | null = null): NodeStatus {
  const then = next === null ? null : ({ url: next, state: 'connecting', error: null } as const);
  const endpoint: EndpointStatus = { url, state: 'live', since: 0, next: then };
  return {
    id,
    role: 'source',
    module: url.split(':')[0] ?? '',
    pid: 1,
    warmingPid: null,
    standby: null,
    status: live,
    mode: null,
    size: { width: 640, height: 360 },
    info,
    restarts: 0,
    fault: null,
    endpoint,
  };
}

async function listOf(nodes: readonly NodeStatus[], found: readonly string[]) {
  const endpoints = new Endpoints<string>({
    open: (id) => id,
    close: () => undefined,
    descriptors: () => descriptors,
    report: async (id) => {
      const descriptor = descriptors.find((each) => each.id === id) ?? describeAdapter(ndi);
      return { ...descriptor, probe: { available: true, version: null }, finds: id === 'ndi' };
    },
    nodes: () => nodes,
    rateHz: () => 30,
    found: () => undefined,
    still: () => Promise.reject(new Error('no picture')),
    look: () => Promise.reject(new Error('no picture')),
  });
  const stop = endpoints.follow(() => undefined);
  await turn();
  const data = { endpoints: found.map((name) => ({ url: `ndi:${name}`, name, size: null, rateHz: null })) };
  endpoints.see({ type: 'node-event', node: '~find-ndi', name: 'found', data });
  const list = endpoints.list().endpoints;
  stop();
  endpoints.close();
  return list;
}

describe('the list of what can be picked', () => {
  it('has a sender once that plays under a part of its name', async () => {
    const node = playing('in', 'ndi:CAM', { endpoint: 'ndi:STUDIO (CAM)' });
    const list = await listOf([node], ['STUDIO (CAM)', 'STUDIO (OTHER)']);
    const senders = list.filter(({ adapter }) => adapter === 'ndi');
    expect(senders.map(({ url, nodes }) => [url, nodes])).toEqual([
      ['ndi:STUDIO (CAM)', ['in']],
      ['ndi:STUDIO (OTHER)', []],
    ]);
    expect(senders[0]).toMatchObject({ size: { width: 640, height: 360 }, rateHz: 30 });
  });

  it('keeps what plays and is found no more, and what it is to change to', async () => {
    const node = playing('in', 'ndi:CAM', { endpoint: 'ndi:STUDIO (CAM)' }, 'ndi:LATER');
    const urls = (await listOf([node], [])).map(({ url }) => url);
    expect(urls.filter((url) => url.startsWith('ndi:'))).toEqual(['ndi:CAM', 'ndi:LATER']);
  });

  it('has a name once that is announced twice', async () => {
    const urls = (await listOf([], ['STUDIO (CAM)', 'STUDIO (CAM)'])).map(({ url }) => url);
    expect(urls.filter((url) => url.startsWith('ndi:'))).toEqual(['ndi:STUDIO (CAM)']);
  });

  it('has what plays by its defaults under the name that picks it', async () => {
    const { nodes } = graphSchema.parse({
      nodes: [{ id: 'in', type: 'source', adapter: 'test-pattern' }],
      links: [],
    });
    const [source] = nodes;
    if (source === undefined) throw new Error('no source');
    const plan = planNode(source, {
      pipeline: () => null,
      adapter: () => ({ descriptor: describeAdapter(testPattern), module: 'file:///test-pattern.js' }),
      adapterIds: () => ['test-pattern'],
      fullConfig: (_id, config) => testPattern.config.parse(config),
    });
    expect(plan.url).toBe('test-pattern:motion');
    const patterns = (await listOf([playing('in', plan.url ?? '')], [])).filter(
      ({ adapter }) => adapter === 'test-pattern',
    );
    expect(patterns.map(({ url, nodes: players }) => [url, players])).toEqual([
      ['test-pattern:motion', ['in']],
      ['test-pattern:bars', []],
      ['test-pattern:slate', []],
      ['test-pattern:black', []],
    ]);
  });
});
