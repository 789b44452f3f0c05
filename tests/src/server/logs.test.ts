import { afterEach, beforeEach, expect, it } from 'vitest';
import { createServer, type Server } from '../../../src/server/server.ts';
import { house, type House } from './doubles.ts';
import { tempFolder } from '../../support/temp-folder.ts';

let panelDir: string;
let deps: House;
let server: Server;

beforeEach(async () => {
  panelDir = tempFolder('panel');
  deps = house(panelDir);
  server = await createServer(deps);
});

afterEach(async () => {
  await server.close();
});

it('answers the newest lines, and says how to ask for what comes next', async () => {
  const answer = await server.fastify.inject('/api/v1/logs');
  expect(answer.json()).toEqual({
    lines: [{ id: 7, at: 1_700_000_000_000, level: 'warn', node: 'main', message: 'it stumbled' }],
    next: 7,
    missed: 0,
  });
});

it('hands on level, node, limit and where to go on', async () => {
  await server.fastify.inject('/api/v1/logs?after=3&level=warn&node=main&limit=5');
  expect(deps.logs.asked).toEqual([{ after: 3, level: 'warn', node: 'main', limit: 5 }]);
});

it.each(['limit=0', 'limit=1001', 'limit=many', 'after=-1', 'level=loud', 'node='])(
  'refuses ?%s and names the field',
  async (query) => {
    const answer = await server.fastify.inject(`/api/v1/logs?${query}`);
    expect(answer.statusCode).toBe(400);
    expect(answer.json().error.code).toBe('E_HTTP_INVALID');
    expect(answer.json().error.message).toContain(`"${query.split('=')[0]}"`);
  },
);
