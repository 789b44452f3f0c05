import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createServer, type Server } from '../../../src/server/server.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { house, type House } from './doubles.ts';

let deps: House;
let server: Server;

beforeEach(async () => {
  const panelDir = tempFolder('panel');
  writeFileSync(join(panelDir, 'index.html'), '<!doctype html><title>Reverie</title>');
  deps = house(panelDir);
  server = await createServer(deps);
});
afterEach(() => server.close());

async function ask(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown) {
  const payload = typeof body === 'string' ? body : JSON.stringify(body);
  const sent = body === undefined ? {} : { payload, headers: { 'content-type': 'application/json' } };
  const response = await server.fastify.inject({ method, url: `/api/v1/${path}`, ...sent });
  const isJson = String(response.headers['content-type']).includes('json');
  return { status: response.statusCode, text: response.body, body: isJson ? response.json() : null };
}

describe('Presets over REST', () => {
  it('are saved, listed, renamed, copied, put in order and deleted', async () => {
    const saved = await ask('POST', 'presets', { name: 'Neon Rain' });
    expect([saved.status, saved.body]).toMatchObject([201, { id: 'neon-rain', index: 0, shipped: false }]);
    expect((await ask('PATCH', 'presets/neon-rain', { name: 'Rain' })).body).toMatchObject({ name: 'Rain' });
    expect((await ask('POST', 'presets/neon-rain/copy')).body).toMatchObject({ name: 'Rain 2', index: 1 });
    const order = await ask('PUT', 'presets/order', { ids: ['neon-rain-2'] });
    expect(order.body.presets.map(({ id }: { id: string }) => id)).toEqual(['neon-rain-2', 'neon-rain']);
    expect((await ask('DELETE', 'presets/neon-rain')).body.presets).toHaveLength(1);
    expect((await ask('GET', 'presets')).body).toMatchObject({
      presets: [{ id: 'neon-rain-2' }],
      last: null,
    });
  });

  it('answer for what is not there, and for a name that is taken', async () => {
    await ask('POST', 'presets', { name: 'a' });
    await ask('POST', 'presets', { name: 'b' });
    expect(await ask('GET', 'presets/nope')).toMatchObject({
      status: 404,
      body: { error: { code: 'E_PRESET_UNKNOWN' } },
    });
    expect(await ask('GET', 'presets/a/thumbnail')).toMatchObject({ status: 404 });
    expect(await ask('PATCH', 'presets/a', { name: 'b' })).toMatchObject({
      status: 409,
      body: { error: { code: 'E_PRESET_NAME' } },
    });
    expect(await ask('POST', 'presets', { what: 'everything' })).toMatchObject({ status: 400 });
  });

  it('travel as a file, and a file that is broken is refused by line and field', async () => {
    await ask('POST', 'presets', { name: 'a' });
    const { text } = await ask('GET', 'presets/export');
    expect(await ask('POST', 'presets/import', text)).toMatchObject({
      status: 201,
      body: { presets: [{ name: 'a 2' }] },
    });
    const wrong = text.replace('"createdAt": 1', '"createdAt": "yesterday"');
    const no = await ask('POST', 'presets/import', wrong);
    expect([no.status, no.body.error]).toMatchObject([
      422,
      { code: 'E_PRESET_FILE', details: { line: 11, field: 'presets.0.createdAt' } },
    ]);
    expect(no.body.error.message).toContain('line 11');
    expect((await ask('POST', 'presets/import', text.slice(0, 60))).body.error.message).toMatch(
      /line \d+, column \d+: expected/,
    );
    expect((await ask('GET', 'presets')).body.presets).toHaveLength(2);
  });

  it('serve their thumbnails as pictures', async () => {
    const jpeg = Buffer.from([0xff, 0xd8, 0xff, 0xd9]);
    deps.show.presets.book.add([
      {
        id: 'a',
        name: 'a',
        values: {},
        prompts: null,
        thumbnail: jpeg.toString('base64'),
        createdAt: 0,
        changedAt: 0,
      },
    ]);
    const response = await server.fastify.inject({ method: 'GET', url: '/api/v1/presets/a/thumbnail' });
    expect(response.headers['content-type']).toBe('image/jpeg');
    expect(response.rawPayload.equals(jpeg)).toBe(true);
  });
});
