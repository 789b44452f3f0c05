import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { questionsOf } from '../../../src/cli/doctor.ts';
import { defaultOptions, type Options } from '../../../src/options.ts';

let folder: string;
let server: Server | null = null;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reverie-doctor-test-'));
});
afterEach(() => {
  server?.close();
  server = null;
  rmSync(folder, { recursive: true, force: true });
});

function ask(changes: Partial<Options>) {
  const options = { ...defaultOptions(folder), home: join(folder, 'home'), port: 0, oscPort: 0 };
  return questionsOf({ ...options, ...changes });
}

async function listening(body: unknown): Promise<number> {
  server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

describe('the machine as the doctor sees it', () => {
  it('has a home that can be written, and nothing is left in it', async () => {
    expect(await ask({}).home()).toMatchObject({ ok: true });
    expect(readdirSync(join(folder, 'home'))).toEqual([]);
  });

  it('has a home that cannot be written, with advice', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    expect(await ask({ home: join(file, 'home') }).home()).toMatchObject({
      ok: false,
      remedy: expect.stringContaining('--home') as string,
    });
  });

  it('has free ports, and leaves them free', async () => {
    const asked = ask({});
    expect(await asked.httpPort()).toMatchObject({ ok: true });
    expect(await asked.httpPort()).toMatchObject({ ok: true });
    expect(await asked.oscPort()).toMatchObject({ ok: true });
  });

  it('has a port that another program uses, with the flag that helps', async () => {
    const port = await listening({ hello: 'world' });
    expect(await ask({ port }).httpPort()).toMatchObject({
      ok: false,
      message: expect.stringContaining('another program') as string,
      remedy: expect.stringContaining('--port') as string,
    });
  });

  it('has a port that Reverie itself uses', async () => {
    const port = await listening({ status: 'ok', version: '0.1.0' });
    expect(await ask({ port }).httpPort()).toMatchObject({
      ok: true,
      message: expect.stringContaining('Reverie') as string,
    });
  });

  it('has an OSC port that is taken', async () => {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const finding = await ask({ oscPort: socket.address().port }).oscPort();
    expect(finding).toMatchObject({ ok: false, remedy: expect.stringContaining('--osc-port') as string });
    socket.close();
  });

  it('has no such address to listen on', async () => {
    expect(await ask({ host: '192.0.2.1' }).httpPort()).toMatchObject({
      ok: false,
      remedy: expect.stringContaining('--host') as string,
    });
  });

  it('has frame memory, and says where', async () => {
    expect(await ask({ memory: 'file' }).frameMemory()).toMatchObject({
      ok: true,
      message: expect.stringContaining('in files') as string,
    });
  });
});
