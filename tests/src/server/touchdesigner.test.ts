import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { installerPath, installLine } from '../../../src/contract/touchdesigner.ts';
import { createServer, type Server } from '../../../src/server/server.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { house, theToken } from './doubles.ts';

let server: Server;
beforeEach(async () => (server = await createServer(house(tempFolder('panel')))));
afterEach(() => server.close());

const get = (headers: Record<string, string>) =>
  server.fastify.inject({ method: 'GET', url: installerPath, headers });

it('hands out the installer with every file of the component, for the address that it was asked under', async () => {
  const answer = await get({ host: '127.0.0.1:8123' });
  expect(answer.statusCode).toBe(200);
  expect(answer.headers['content-type']).toContain('text/x-python');
  expect(answer.body).toContain('\ninstall("http://127.0.0.1:8123", "0.1.0", FILES)\n');
  for (const name of readdirSync('touchdesigner/component').filter((file) => file.endsWith('.py'))) {
    const text = readFileSync(join('touchdesigner/component', name), 'utf8');
    expect(answer.body, name).toContain(`    "${name.slice(0, -3)}": ${JSON.stringify(text)},\n`);
  }
  // The client for shared memory is that very file and no copy.
  expect(answer.body).toContain(JSON.stringify(readFileSync('clients/python/reverie_shm.py', 'utf8')));
});

it('hands it to nobody from beyond the machine who has no token, and under no foreign name', async () => {
  expect((await get({ host: 'stage-pc:8000' })).statusCode).toBe(401);
  expect((await get({ host: "x'+evil+':8000" })).statusCode).toBe(403);
  const answer = await get({ host: 'stage-pc:8000', authorization: `Bearer ${theToken}` });
  expect(answer.body).toContain('install("http://stage-pc:8000"');
  expect(answer.body).not.toContain(theToken);
});

it('gives the line for the address that it was asked under', async () => {
  const answer = await server.fastify.inject({
    method: 'GET',
    url: '/api/v1/touchdesigner',
    headers: { host: 'localhost:8123' },
  });
  expect(answer.json()).toEqual({ line: installLine('http://localhost:8123') });
});

it('is fetched and run by one line', () => {
  const line = installLine('http://127.0.0.1:8000');
  expect(line).toContain("'http://127.0.0.1:8000/touchdesigner/install.py'");
  expect(line).not.toContain('\n');
});
