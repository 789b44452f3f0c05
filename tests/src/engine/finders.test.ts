import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import fileAdapter from '../../../adapters/file/index.ts';
import testPattern from '../../../adapters/test-pattern/index.ts';
import { describeAdapter, type AdapterDescriptor, type Probe } from '../../../src/contract/adapter.ts';
import type { EngineEvent } from '../../../src/contract/engine-api.ts';
import type { JsonValue } from '../../../src/contract/json.ts';
import { Finders, fixedPlaces } from '../../../src/engine/finders.ts';

const searching: AdapterDescriptor = { ...describeAdapter(fileAdapter), id: 'ndi', name: 'NDI' };
const missing: AdapterDescriptor = { ...searching, id: 'spout', name: 'Spout' };

const probeOf = (id: string): Probe =>
  id === 'spout'
    ? { available: false, reason: 'only on Windows', remedy: 'Use Windows.' }
    : { available: true, version: null };

function rig(probes: (id: string) => Probe | Promise<Probe> = probeOf) {
  const asked: string[] = [];
  const opened: string[] = [];
  const closed: string[] = [];
  const descriptors = [describeAdapter(testPattern), describeAdapter(fileAdapter), searching, missing];
  let changes = 0;
  const finders = new Finders<string>({
    open: (id) => {
      opened.push(id);
      return id;
    },
    close: (node) => void closed.push(node),
    descriptors: () => descriptors,
    report: async (id) => {
      asked.push(id);
      const descriptor = descriptors.find((each) => each.id === id) ?? missing;
      return { ...descriptor, probe: await probes(id), finds: id === 'ndi' || id === 'spout' };
    },
    changed: () => void (changes += 1),
  });
  const state = (id: string): string | undefined =>
    finders.list().find(({ adapter }) => adapter === id)?.state;
  return { finders, asked, opened, closed, state, changes: () => changes };
}

const found = (endpoints: JsonValue): EngineEvent => ({
  type: 'node-event',
  node: '~find-ndi',
  name: 'found',
  data: { endpoints },
});
const camera = { url: 'ndi:CAM', name: 'CAM', size: null, rateHz: null };
const fault: EngineEvent = {
  type: 'fault',
  fault: {
    node: '~find-ndi',
    code: 'E_RUNNER_EXITED',
    message: 'It ended by itself with code 7',
    remedy: null,
    at: 0,
    pid: 1,
    exitCode: 7,
    signal: null,
    log: [],
  },
};

describe('the searches for endpoints', () => {
  it('begin with the first who looks, where an adapter can search here', async () => {
    const { finders, opened, state } = rig();
    expect(opened).toEqual([]);
    finders.hold();
    finders.hold();
    await turn();
    expect(opened).toEqual(['~find-ndi']);
    expect([state('ndi'), state('spout'), state('test-pattern'), state('file')]).toEqual([
      'searching',
      'unavailable',
      'fixed',
      'typed',
    ]);
    finders.close();
  });

  it('begin with each adapter that has answered, and wait for none that blocks', async () => {
    const late = new Map<string, (probe: Probe) => void>();
    const blocks = (id: string): Probe | Promise<Probe> =>
      id === 'spout' ? new Promise((resolve) => late.set(id, resolve)) : probeOf(id);
    const { finders, opened, state } = rig(blocks);
    finders.hold();
    await turn();
    expect(opened).toEqual(['~find-ndi']);
    finders.see(found([camera]));
    expect(finders.told).toBe(false);
    expect(state('spout')).toBe('idle');
    late.get('spout')?.({ available: true, version: null });
    await turn();
    expect(opened).toEqual(['~find-ndi', '~find-spout']);
    finders.close();
  });

  it('ask again, when somebody looks, for an adapter that did not answer', async () => {
    let answers = 0;
    const second = (id: string): Probe =>
      id === 'spout' && (answers += 1) === 1
        ? { available: false, reason: 'it did not answer', remedy: '' }
        : { available: true, version: null };
    const { finders, asked, opened, state } = rig(second);
    finders.hold();
    await turn();
    expect(state('spout')).toBe('unavailable');
    finders.hold();
    await turn();
    expect(opened).toEqual(['~find-ndi', '~find-spout']);
    expect(asked.filter((id) => id === 'spout')).toHaveLength(2);
    expect(asked.filter((id) => id === 'ndi')).toHaveLength(1);
    finders.close();
  });

  it('begin for an adapter whose endpoint is missed, and for no other', async () => {
    const { finders, opened } = rig();
    finders.seek(new Set());
    await turn();
    expect(opened).toEqual([]);
    finders.seek(new Set(['ndi']));
    await turn();
    expect(opened).toEqual(['~find-ndi']);
    finders.close();
  });

  it('keep what was found while one that failed comes back, and say that it failed', async () => {
    const { finders, state } = rig();
    finders.hold();
    await turn();
    expect(finders.told).toBe(false);
    expect(finders.see(found([camera]))).toBe(true);
    expect(finders.told).toBe(true);
    expect(finders.found()).toEqual([{ adapter: 'ndi', endpoint: camera }]);
    expect(finders.see(fault)).toBe(true);
    expect(state('ndi')).toBe('failed');
    expect(finders.found()).toHaveLength(1);
    finders.see(found([]));
    expect(state('ndi')).toBe('searching');
    expect(finders.found()).toEqual([]);
    finders.close();
  });

  it.each<JsonValue>([null, 'x', [{ url: 3 }], [{ ...camera, size: { width: -1, height: 2 } }]])(
    'take nothing that cannot be read: %j',
    async (nonsense) => {
      const { finders, state } = rig();
      finders.hold();
      await turn();
      finders.see(found(nonsense));
      expect(finders.found()).toEqual([]);
      expect(state('ndi')).toBe('failed');
      finders.close();
    },
  );

  it('leave events of other nodes alone', () => {
    const { finders } = rig();
    expect(finders.see({ type: 'graph' })).toBe(false);
    expect(finders.see({ type: 'node-event', node: 'in', name: 'found', data: {} })).toBe(false);
    finders.close();
  });

  it('end with the engine', async () => {
    const { finders, closed } = rig();
    finders.hold();
    await turn();
    finders.close();
    expect(closed).toEqual(['~find-ndi']);
  });
});

it('what an adapter offers without a search is read from its schema', () => {
  expect(fixedPlaces(describeAdapter(testPattern))).toEqual([
    'test-pattern:motion',
    'test-pattern:bars',
    'test-pattern:slate',
    'test-pattern:black',
  ]);
  expect(fixedPlaces(describeAdapter(fileAdapter))).toBeNull();
  expect(fixedPlaces({ ...searching, locator: null })).toEqual(['ndi']);
});
