import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { overallState } from '../../../src/server/routes/status.ts';
import { createServer, type Server } from '../../../src/server/server.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { EngineDouble, house, live } from './doubles.ts';

const rule = { id: 'storm', kind: 'program-preset', scene: 'Storm', preset: 'Loud' };

let server: Server;
beforeEach(async () => {
  server = await createServer(house(tempFolder('panel')));
});
afterEach(() => server.close());

async function call(method: 'GET' | 'PUT' | 'DELETE', path: string, body?: unknown) {
  const json = body === undefined ? {} : { payload: JSON.stringify(body) };
  const response = await server.fastify.inject({
    method,
    url: `/api/v1/obs${path}`,
    headers: { host: 'localhost', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...json,
  });
  return { status: response.statusCode, body: response.body === '' ? null : response.json<unknown>() };
}

describe('Rules between OBS and the show, by REST', () => {
  it('are put, listed, replaced and removed', async () => {
    expect(await call('PUT', '/rules/storm', rule)).toMatchObject({
      status: 200,
      body: { rule: { ...rule, enabled: true, morph: null }, problem: null, fired: 0 },
    });
    await call('PUT', '/rules/storm', { ...rule, scene: 'Calm' });
    expect(await call('GET', '')).toMatchObject({
      body: { on: true, state: { connected: false }, rules: [{ rule: { scene: 'Calm' } }] },
    });
    const text = { id: 'words', kind: 'prompt-text', input: 'Words' };
    expect(await call('PUT', '/rules', { rules: [text] })).toMatchObject({
      status: 200,
      body: { rules: [{ rule: text }] },
    });
    expect(await call('DELETE', '/rules/words')).toEqual({ status: 204, body: null });
    expect(await call('DELETE', '/rules/words')).toMatchObject({
      status: 404,
      body: { error: { code: 'E_OBS_RULE_UNKNOWN' } },
    });
  });

  it('that are wrong are refused by field, and those that are there stay', async () => {
    await call('PUT', '/rules/storm', rule);
    for (const [path, body, word] of [
      ['/rules/storm', { ...rule, scene: '' }, 'scene'],
      ['/rules/storm', { ...rule, kind: 'scene-to-everything' }, 'kind'],
      ['/rules/storm', { ...rule, morph: { duration: -1 } }, 'duration'],
      ['/rules', { rules: [rule, rule] }, 'storm'],
      ['/rules', { rules: [{ ...rule, colour: 'red' }] }, 'colour'],
    ] as const) {
      const answer = await call('PUT', path, body);
      expect(answer).toMatchObject({ status: 422, body: { error: { code: 'E_OBS_RULE' } } });
      expect(JSON.stringify(answer.body)).toContain(word);
    }
    expect(await call('GET', '')).toMatchObject({ body: { rules: [{ rule }] } });
  });
});

describe('An OBS that is not there', () => {
  it('degrades the show and does not fail it', () => {
    const [node] = new EngineDouble().nodes;
    if (node === undefined) throw new Error('the double has nodes');
    const failed = { ...node, status: { ...live, state: 'failed' as const } };
    expect(overallState([node, { ...failed, role: 'control' }])).toBe('degraded');
    expect(overallState([node, failed])).toBe('failed');
  });
});
