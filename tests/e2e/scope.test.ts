import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Reverie } from '../integration/reverie.ts';
import { usableAlone, withCamera } from './chromium.ts';
import { openRoom, type Room } from './room.ts';

// Clients of Daydream Scope on a real daemon: the flows of its API's documentation and the start of its own page, played by a real
// browser from a page of another origin, alone in a network that has only loopback.
/** Serves a page of another origin, from inside; says its port. A page that a test makes up is not on this machine for a browser. */
const elsewhere = `
const { readFileSync } = require('node:fs');
const page = '<!doctype html><script>' + readFileSync(process.argv[1], 'utf8') + '</script>';
const server = require('node:http').createServer((request, response) => response.setHeader('content-type', 'text/html').end(page));
server.listen(0, '127.0.0.1', () => console.log(server.address().port));`;

describe.skipIf(!usableAlone)("Scope's clients (needs chromium and root)", () => {
  let room: Room;
  let reverie: Reverie;
  let server: ChildProcess;
  let page: Page;

  beforeAll(async () => {
    room = await openRoom(withCamera);
    ({ reverie } = room);
    page = await room.browser.newPage();
    const [enter = '', ...into] = room.namespace.enter;
    const command = [process.execPath, '-e', elsewhere, resolve('tests/e2e/scope-page.js')];
    server = spawn(enter, [...into, ...command], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [port] = await once(server.stdout ?? server, 'data');
    await page.goto(`http://localhost:${String(port).trim()}/`);
    await page.evaluate(`flows.set(${JSON.stringify(reverie.url)})`);
  });

  afterAll(async () => {
    server?.kill();
    await room?.close();
  });

  /** Without the page's own stack, in which a line of a page is no file that could be read. */
  const play = (flow: string): Promise<unknown> =>
    page.evaluate(`flows.${flow}()`).catch((error: unknown) => {
      throw new Error(`${flow}: ${String(error).split('\n')[0]}`);
    });

  it('load a pipeline, see it loading, and wait until it is loaded', async () => {
    expect(await play('loadSmaller')).toMatchObject({
      posted: { status: 200 },
      words: ['loading', 'loaded'],
    });
    expect(await play('loadUnknown')).toMatchObject({
      posted: {
        status: 422,
        body: { error: { code: 'E_GRAPH_UNKNOWN_PIPELINE' }, detail: expect.any(String) },
      },
    });
    await play('load');
    expect(await play('load')).toMatchObject({ posted: { status: 200 }, words: ['loaded'] });
  });

  it('receive the picture of what plays, with candidates sent one by one and slowly', async () => {
    const { patched, ...seen } = (await play('receive')) as { patched: number[] };
    expect(seen).toEqual({ size: [512, 512], prompt: 'a garden in the rain' });
    expect(patched.length).toBeGreaterThan(0);
    expect(new Set(patched)).toEqual(new Set([204]));
  });

  it('send a camera and receive its picture, through a change of the camera', async () => {
    expect(await play('sendReceive')).toMatchObject({ feeds: ['in'], source: 'webrtc' });
  });

  it('watch two sinks at once on lines of their own, beside those of a recorder and a second source', async () => {
    expect(await play('workflow')).toEqual({
      lines: ['video', 'audio', 'video', 'video', 'video', 'application'],
      directions: ['sendrecv', 'inactive', 'sendonly', 'inactive', 'inactive'],
      named: [true, false, true, false, false, false],
      codecs: ['VP8', 'opus'],
      bundled: 6,
    });
  });

  it('move parameters on the data channel, and hear what others move', async () => {
    expect(await play('parameters')).toEqual({
      prompts: [
        { text: 'a calm sea', weight: 0.7 },
        { text: 'fire', weight: 0.3 },
      ],
      prompt: 'a desert',
      strength: 0.31,
      glow: 1,
      echoes: 0,
      open: 'open',
    });
  });

  it("start as Scope's page does, load twice, and watch in two windows that close by themselves", async () => {
    expect(await play('perform')).toEqual({
      first: ['loaded'],
      again: ['loaded'],
      sameRunner: true,
      audio: 'inactive',
    });
  });
});
