import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createServer, type Server } from '../../../src/server/server.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { house } from './doubles.ts';

const source = { protocol: 'midi', device: 'LPD8', kind: 'cc', channel: 1, number: 1 };
const target = { kind: 'address', address: '/main/strength' };

let server: Server;
beforeEach(async () => {
  server = await createServer(house(tempFolder('panel')));
});
afterEach(() => server.close());

async function call(method: 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown) {
  const payload = typeof body === 'string' ? body : body === undefined ? null : JSON.stringify(body);
  const response = await server.fastify.inject({
    method,
    url: `/api/v1/bindings${path}`,
    headers: { host: 'localhost', ...(payload === null ? {} : { 'content-type': 'application/json' }) },
    ...(payload === null ? {} : { payload }),
  });
  return { status: response.statusCode, body: response.body === '' ? null : response.json<unknown>() };
}

describe('Bindings by REST', () => {
  it('are made, read, changed and removed', async () => {
    expect(await call('POST', '', { source, target })).toMatchObject({
      status: 201,
      body: { id: 'b1', mode: 'absolute', pickup: false, feedback: { on: true } },
    });
    expect(await call('PATCH', '/b1', { pickup: true })).toMatchObject({
      status: 200,
      body: { pickup: true, source },
    });
    expect(await call('GET', '/b1')).toMatchObject({ body: { id: 'b1', address: null, active: true } });
    expect(await call('GET', '')).toMatchObject({
      body: { bank: 1, bindings: [{ id: 'b1' }], learn: { state: 'idle' } },
    });
    expect(await call('DELETE', '/b1')).toMatchObject({ status: 204 });
    expect(await call('GET', '/b1')).toMatchObject({
      status: 404,
      body: { error: { code: 'E_BINDING_UNKNOWN' } },
    });
  });

  it('that are wrong are refused by field, and those that are there stay', async () => {
    await call('POST', '', { source, target });
    for (const [method, path, body, field] of [
      ['POST', '', { source: { ...source, number: 128 }, target }, 'number'],
      ['PATCH', '/b1', { mode: 'wiggle' }, 'mode'],
      ['PUT', '', { bindings: [{ source, target }, { source }] }, 'target'],
    ] as const) {
      const answer = await call(method, path, body);
      expect(answer).toMatchObject({ status: 422, body: { error: { code: 'E_BINDING_INVALID' } } });
      expect(JSON.stringify(answer.body)).toContain(field);
    }
    expect(await call('GET', '')).toMatchObject({ body: { bindings: [{ mode: 'absolute' }] } });
  });

  it('are put in the place of all others', async () => {
    await call('POST', '', { source, target });
    await call('PUT', '', { bindings: [{ source: { ...source, number: 2 }, target }] });
    expect(await call('GET', '')).toMatchObject({ body: { bindings: [{ source: { number: 2 } }] } });
  });
});

describe('A map', () => {
  it('is kept and loaded, for another device too', async () => {
    await call('POST', '', { source, target });
    const { body: map } = await call('GET', '/map?name=Mine');
    expect(map).toMatchObject({ version: 1, name: 'Mine', bindings: [{ source }] });
    expect(await call('POST', '/map?how=replace&device=LPD8%232', JSON.stringify(map))).toMatchObject({
      status: 200,
      body: { bindings: [{ id: 'b1', source: { device: 'LPD8#2' } }] },
    });
  });

  it('that is broken names line and field, and changes nothing', async () => {
    const text = '{\n  "version": 1,\n  "name": "Mine",\n  "bindings": [\n    { "source": 5 }\n  ]\n}';
    expect(await call('POST', '/map', text)).toMatchObject({
      status: 422,
      body: { error: { code: 'E_BINDING_MAP', details: { line: 5, field: 'bindings.0.source' } } },
    });
    expect(await call('POST', '/map', '{ "version": 1')).toMatchObject({
      status: 422,
      body: { error: { code: 'E_BINDING_MAP', details: { line: 1 } } },
    });
    expect(await call('GET', '')).toMatchObject({ body: { bindings: [] } });
  });
});

describe('Learning by REST', () => {
  it('starts, and ends without a trace', async () => {
    expect(await call('POST', '/learn', { target })).toMatchObject({ body: { state: 'listening', target } });
    expect(await call('POST', '/learn/answer', { answer: 'add' })).toMatchObject({
      status: 409,
      body: { error: { code: 'E_BINDING_LEARN' } },
    });
    expect(await call('DELETE', '/learn')).toMatchObject({ body: { state: 'cancelled' } });
    expect(await call('GET', '')).toMatchObject({ body: { bindings: [], learn: { state: 'cancelled' } } });
  });
});
