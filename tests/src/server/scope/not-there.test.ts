import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rig, type Method, type Rig } from './rig.ts';

// Everything of Scope's API that Reverie does not have. Scope's page takes a 404 for "not here"; a 200 of the wrong shape
// blanks it, and a success that is none is a lie. Found by its page and in its documentation, version 0.2.4.
const routes: Readonly<Record<string, readonly (readonly [Method, string])[]>> = {
  plugins: [
    ['GET', 'plugins'],
    ['POST', 'plugins'],
    ['DELETE', 'plugins/some-plugin'],
    ['POST', 'plugins/some-plugin/reload'],
  ],
  'LoRA files': [
    ['GET', 'loras'],
    ['POST', 'loras'],
    ['DELETE', 'loras/style.safetensors'],
    ['POST', 'lora/download'],
    ['PUT', 'lora/style.safetensors/provenance'],
  ],
  DMX: [
    ['GET', 'dmx/status'],
    ['GET', 'dmx/paths'],
    ['GET', 'dmx/config'],
    ['PUT', 'dmx/config'],
    ['PUT', 'dmx/settings'],
    ['POST', 'dmx/restart'],
    ['GET', 'dmx/stream'],
  ],
  workflows: [['POST', 'workflow/resolve']],
  'model files': [
    ['GET', 'models/status?pipeline_id=dream'],
    ['POST', 'models/download'],
  ],
  'the cloud and its keys': [
    ['GET', 'cloud/status'],
    ['POST', 'cloud/connect'],
    ['POST', 'cloud/disconnect'],
    ['GET', 'keys'],
    ['PUT', 'keys/huggingface'],
    ['DELETE', 'keys/civitai'],
  ],
  "OSC by way of the page's stream": [
    ['GET', 'osc/stream'],
    ['GET', 'osc/paths'],
    ['GET', 'osc/docs'],
    ['POST', 'osc/inventory'],
    ['PUT', 'osc/settings'],
  ],
  'sessions without a browser': [
    ['POST', 'session/start'],
    ['POST', 'session/stop'],
    ['GET', 'session/parameters'],
    ['POST', 'session/parameters'],
    ['GET', 'session/frame'],
    ['GET', 'session/output.ts'],
    ['GET', 'session/metrics'],
  ],
  'the rest': [
    ['POST', 'restart'],
    ['GET', 'logs/current'],
  ],
};

let house: Rig;
beforeAll(async () => {
  house = await rig();
});
afterAll(() => house.close());

describe.each(Object.entries(routes))('what is not there: %s', (_what, calls) => {
  it.each(calls)('%s %s answers 404 in the shape of errors', async (method, path) => {
    house.engine.played = [];
    const body = method === 'GET' || method === 'DELETE' ? undefined : {};
    const answer = await house.ask(method, path, body);
    expect([answer.status, answer.body.error?.code, typeof answer.body.detail]).toEqual([
      404,
      'E_HTTP_NOT_FOUND',
      'string',
    ]);
    expect(house.engine.played).toEqual([]);
  });
});
