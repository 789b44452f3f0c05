import { describe, expect, it } from 'vitest';
import { inputForm } from '../../../adapters/obs/own-input.ts';
import { planIn } from '../../../adapters/obs/setup-plan.ts';
import { putBackService, setService } from '../../../adapters/obs/stream-service.ts';
import type { ObsSetupPlan } from '../../../src/contract/obs-ways.ts';
import { obsSetupPlan, obsSetupSchema } from '../../../src/contract/obs-setup.ts';
import { graphSchema } from '../../../src/contract/graph.ts';
import type { JsonObject } from '../../../src/contract/json.ts';

const server = 'http://127.0.0.1:8000/whip/obs';
const plan: ObsSetupPlan = {
  way: 'auto',
  page: 'http://127.0.0.1:8000/obs/output',
  transportStream: 'http://127.0.0.1:8000/stream/out.ts',
  ndi: null,
  spout: null,
  whip: { server, token: '' },
  replace: false,
};
const canvas = { width: 1920, height: 1080, rateHz: 60 };

describe('The way into OBS', () => {
  const wayOf = (kinds: readonly string[], more: Partial<ObsSetupPlan> = {}): string | null =>
    inputForm({ ...plan, ...more }, new Set(kinds), canvas)?.way ?? null;

  it('is the page where OBS has a browser, then NDI and Spout where both sides have them, else a media source', () => {
    const all = ['browser_source', 'ndi_source', 'spout_capture', 'ffmpeg_source'];
    const named = { ndi: 'STAGE (Reverie)', spout: 'Reverie' };
    expect(wayOf(all, named)).toBe('browser');
    expect(wayOf(all.slice(1), named)).toBe('ndi');
    expect(wayOf(all.slice(1))).toBe('media');
    expect(wayOf(all.slice(2), named)).toBe('spout');
    expect(wayOf([])).toBeNull();
  });

  it('is the one that is wished for, or none', () => {
    expect(wayOf(['browser_source', 'ffmpeg_source'], { way: 'media' })).toBe('media');
    expect(wayOf(['browser_source', 'ffmpeg_source'], { way: 'ndi' })).toBeNull();
  });

  it('has the page in the size and at the rate of the canvas', () => {
    const form = inputForm(plan, new Set(['browser_source']), canvas);
    expect(form?.settings).toMatchObject({ url: plan.page, width: 1920, height: 1080, fps: 60 });
  });
});

describe('What is planned', () => {
  const graph = graphSchema.parse({
    nodes: [
      { id: 'in', type: 'source', adapter: 'webrtc', config: { name: 'whip:cam1' } },
      { id: 'wall', type: 'sink', adapter: 'ndi', config: { name: '' } },
      { id: 'out', type: 'sink', adapter: 'stills' },
    ],
    links: [],
  });
  const place = { graph, base: 'http://192.168.1.4:8000', machine: 'stage' };

  it('names what the show has, as OBS finds it', () => {
    expect(obsSetupPlan(obsSetupSchema.parse({}), place)).toEqual({
      way: 'auto',
      page: 'http://192.168.1.4:8000/obs/output',
      transportStream: 'http://192.168.1.4:8000/stream/out.ts',
      ndi: 'STAGE (Reverie)',
      spout: null,
      whip: { server: 'http://192.168.1.4:8000/whip/cam1', token: '' },
      replace: false,
    });
  });

  it('carries the token for an OBS on another machine, and comes through to the adapter whole', () => {
    const wish = obsSetupSchema.parse({ token: 'a b', matte: 'packed', way: 'media' });
    const made = obsSetupPlan(wish, place);
    expect(made.page).toBe('http://192.168.1.4:8000/obs/output?matte=packed#token=a%20b');
    expect(made.transportStream).toBe('http://reverie:a%20b@192.168.1.4:8000/stream/out.ts');
    const sent = JSON.parse(JSON.stringify(made)) as JsonObject;
    expect(planIn(sent)).toEqual(made);
    expect(planIn({}).way).toBe('auto');
  });
});

/** Stands for the stream service and the kept data of an OBS 30, which Debian has not; it cannot show that OBS then streams. */
class Service {
  service: JsonObject = { streamServiceType: 'rtmp_common', streamServiceSettings: { service: 'Twitch' } };
  kept: JsonObject | null = null;
  readonly versions: { obs: string; plugin: string; requests: ReadonlySet<string> };

  constructor(obs = '30.2.0') {
    this.versions = { obs, plugin: '5.5.0', requests: new Set() };
  }

  call(request: string, data?: unknown): Promise<JsonObject> {
    const given = { ...(data as JsonObject | undefined) };
    if (request === 'GetStreamServiceSettings') return Promise.resolve(this.service);
    if (request === 'SetStreamServiceSettings') this.service = given;
    if (request === 'GetPersistentData') return Promise.resolve({ slotValue: this.kept });
    if (request === 'SetPersistentData') this.kept = (given['slotValue'] ?? null) as JsonObject | null;
    return Promise.resolve({});
  }
}

describe('The stream service of OBS', () => {
  const ours = {
    streamServiceType: 'whip_custom',
    streamServiceSettings: { server, bearer_token: '' },
  };
  const theirs = {
    streamServiceType: 'rtmp_common',
    streamServiceSettings: { service: 'Twitch', key: 'secret' },
  };

  it('is filled in where nobody has set it, with a word on keyframes, and comes back as it was', async () => {
    const line = new Service();
    const before = line.service;
    const done = await setService(line, plan);
    expect([done.outcome, line.service]).toEqual(['set', ours]);
    expect(done.said.join(' ')).toContain('keyframe interval to 1 s');
    await setService(line, plan);
    expect(await putBackService(line)).toMatchObject({ outcome: 'put-back' });
    expect([line.service, line.kept]).toEqual([before, null]);
  });

  it('stays where somebody has set it, unless it is to be replaced; then its key comes back with it', async () => {
    const line = new Service();
    line.service = theirs;
    expect(await setService(line, plan)).toMatchObject({ outcome: 'in-use' });
    expect([line.service, line.kept]).toEqual([theirs, null]);
    await setService(line, { ...plan, replace: true });
    expect(line.service).toEqual(ours);
    await putBackService(line);
    expect(line.service).toEqual(theirs);
  });

  it('stays as somebody set it since', async () => {
    const line = new Service();
    await setService(line, plan);
    line.service = theirs;
    expect(await putBackService(line)).toMatchObject({ outcome: 'left-alone' });
    expect(line.service).toEqual(theirs);
  });

  it('is left alone by an OBS that knows no WHIP, and by a show that has no source for it', async () => {
    const old = new Service('29.0.2');
    expect(await setService(old, plan)).toMatchObject({ outcome: 'too-old' });
    const none = await setService(new Service(), { ...plan, whip: 'no-source' });
    expect([none.outcome, none.said.join('')]).toEqual(['left-alone', expect.stringContaining('whip:obs')]);
    expect(await setService(new Service(), { ...plan, whip: null })).toEqual({
      outcome: 'left-alone',
      said: [],
    });
  });
});
