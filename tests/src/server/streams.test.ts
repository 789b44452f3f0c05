import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { failure } from '../../../src/contract/error.ts';
import { createServer, type Server } from '../../../src/server/server.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { house, theToken, type House } from './doubles.ts';

let deps: House;
let server: Server;
let base: string;
let players: Player[];

beforeEach(async () => {
  deps = house(tempFolder('panel'));
  server = await createServer(deps);
  base = await server.listen({ host: '127.0.0.1', port: 0 });
  players = [];
});

afterEach(async () => {
  for (const player of players) player.asked.destroy();
  await server.close();
});

/** A player that reads what comes, unless it is told to stop. */
class Player {
  readonly asked: ClientRequest;
  readonly answer: Promise<IncomingMessage>;
  text = '';
  bytes = 0;
  ended = false;
  #woken: () => void = () => undefined;

  constructor(path: string, headers: Record<string, string> = {}) {
    this.asked = request(`${base}${path}`, { headers, agent: false });
    this.asked.on('error', () => undefined);
    this.answer = new Promise((resolve, reject) => {
      this.asked.once('error', reject);
      this.asked.once('response', (answer) => {
        answer.on('data', (piece: Buffer) => {
          this.bytes += piece.length;
          if (this.text.length < 65_536) this.text += piece.toString('latin1');
          this.#woken();
        });
        answer.on('close', () => {
          this.ended = true;
          this.#woken();
        });
        answer.on('error', () => undefined);
        resolve(answer);
      });
    });
    this.answer.catch(() => undefined);
    this.asked.end();
  }

  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((resolve) => (this.#woken = resolve));
  }
}

function play(path: string, headers?: Record<string, string>): Player {
  const player = new Player(path, headers);
  players.push(player);
  return player;
}

const skips = async (): Promise<number> =>
  (await server.fastify.inject('/api/v1/stats')).json().sockets.streamSkips;
const playing = async (): Promise<number> =>
  (await server.fastify.inject('/api/v1/stats')).json().sockets.streams;
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('shows each picture as a part that is complete when it has left', async () => {
  const player = play('/stream/main.mjpeg?fps=60&width=320');
  await deps.streams.watched(1);
  expect(deps.streams.forms).toEqual([{ kind: 'mjpeg', width: 320, rateHz: 60, quality: 80 }]);
  deps.streams.chunk('one');
  const answer = await player.answer;
  expect(answer.statusCode).toBe(200);
  expect(answer.headers['content-type']).toBe('multipart/x-mixed-replace; boundary=reverie');
  expect(answer.headers['cache-control']).toBe('no-store');
  const first = '--reverie\r\nContent-Type: image/jpeg\r\nContent-Length: 3\r\n\r\none\r\n--reverie\r\n';
  await player.until(() => player.text.length >= first.length);
  expect(player.text).toBe(first);
});

it('sends a picture that stands still again, so that the line is seen to be alive', async () => {
  const player = play('/stream/main.mjpeg');
  await deps.streams.watched(1);
  deps.streams.chunk('still');
  await player.until(() => player.text.split('still').length === 3);
  expect(await skips()).toBe(0);
});

it('thins the pictures to the rate that this viewer asked for', async () => {
  const slow = play('/stream/main.mjpeg?fps=1');
  const fast = play('/stream/main.mjpeg?fps=60');
  await deps.streams.watched(2);
  deps.streams.chunk('first');
  await fast.until(() => fast.text.includes('first'));
  await new Promise((resolve) => setTimeout(resolve, 30));
  deps.streams.chunk('second');
  await fast.until(() => fast.text.includes('second'));
  await slow.until(() => slow.text.includes('first'));
  expect(slow.text).not.toContain('second');
  expect(await skips()).toBe(0);
});

it('begins a transport stream with a chunk that a player can begin with, and leaves none out after it', async () => {
  const player = play('/stream/main.ts');
  await deps.streams.watched(1);
  deps.streams.chunk('too early', false);
  deps.streams.chunk('KEY');
  deps.streams.chunk('two', false);
  const answer = await player.answer;
  expect(answer.headers['content-type']).toBe('video/mp2t');
  deps.streams.chunk('three', false);
  await player.until(() => player.text.length >= 11);
  expect(player.text).toBe('KEYtwothree');
  expect(await playing()).toBe(1);
});

it.each(['/stream/main.ts', '/stream/main.mjpeg?fps=60'])(
  'keeps little for a player of %s that stops reading, counts what it missed, and goes on when it reads again',
  async (path) => {
    const player = play(path);
    await deps.streams.watched(1);
    deps.streams.chunk('KEY');
    const answer = await player.answer;
    await player.until(() => player.text.includes('KEY'));
    answer.pause();
    const big = Buffer.alloc(1_000_000, 'x');
    for (let chunk = 0; chunk < 60; chunk += 1) {
      deps.streams.chunk(big, chunk % 10 === 0);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(await skips()).toBeGreaterThan(20);
    answer.resume();
    let tail = '';
    answer.on('data', (piece: Buffer) => (tail = (tail + piece.toString('latin1')).slice(-200)));
    while (!tail.includes('BACK')) {
      deps.streams.chunk('BACK', true);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(player.bytes).toBeLessThan(40_000_000);
  },
);

it('stops watching when the player goes, before its first picture too', async () => {
  const early = play('/stream/main.ts');
  await deps.streams.watched(1);
  early.asked.destroy();
  await deps.streams.watched(0);
  const player = play('/stream/main.ts');
  await deps.streams.watched(1);
  deps.streams.chunk('KEY');
  await player.answer;
  player.asked.destroy();
  await deps.streams.watched(0);
  while ((await playing()) !== 0) await turn();
  expect(deps.streams.forms).toHaveLength(2);
});

it('ends the answer when the node leaves the graph', async () => {
  const player = play('/stream/main.mjpeg');
  await deps.streams.watched(1);
  deps.streams.chunk('last');
  await player.answer;
  for (const viewer of deps.streams.viewers) viewer.ended(null);
  await player.until(() => player.ended);
  expect(player.text).toContain('last');
});

it('refuses with the reason where there is no such node, no room, no encoder, or a senseless wish', async () => {
  const get = (url: string) => server.fastify.inject(url);
  const codeOf = async (url: string) => {
    const answer = await get(url);
    return [answer.statusCode, answer.json().error.code];
  };
  expect(await codeOf('/stream/nobody.ts')).toEqual([404, 'E_HTTP_NOT_FOUND']);
  expect(await codeOf('/stream/main.webm')).toEqual([404, 'E_HTTP_NOT_FOUND']);
  expect(await codeOf('/stream/main.mjpeg?fps=0')).toEqual([400, 'E_HTTP_INVALID']);
  expect(await codeOf('/stream/main.mjpeg?width=99999')).toEqual([400, 'E_HTTP_INVALID']);
  const player = play('/stream/main.ts');
  await deps.streams.watched(1);
  for (const viewer of deps.streams.viewers)
    viewer.ended({ code: 'E_CODEC_MISSING', message: 'no FFmpeg', remedy: null, details: null });
  expect((await player.answer).statusCode).toBe(503);
  await player.until(() => player.ended);
  expect(JSON.parse(player.text).error.code).toBe('E_CODEC_MISSING');
  deps.streams.refusal = failure('E_STREAM_LIMIT', 'full');
  expect(await codeOf('/stream/main.ts')).toEqual([503, 'E_STREAM_LIMIT']);
});

it('answers HEAD with the kind of stream and no stream', async () => {
  const answer = await server.fastify.inject({ method: 'HEAD', url: '/stream/main.ts' });
  expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, 'video/mp2t']);
  expect(deps.streams.forms).toEqual([]);
});

it('takes the token from a player as Bearer or as a password, on streams alone, and never from the address', async () => {
  const host = 'stage-pc';
  const basic = (password: string) => `Basic ${Buffer.from(`player:${password}`).toString('base64')}`;
  const refusal = await server.fastify.inject({ url: '/stream/main.ts', headers: { host } });
  expect([refusal.statusCode, refusal.headers['www-authenticate']]).toEqual([
    401,
    'Basic realm="Reverie", Bearer realm="Reverie"',
  ]);
  for (const authorization of [basic('wrong'), 'Basic !', `Bearer ${theToken}x`])
    expect(
      (await server.fastify.inject({ url: '/stream/main.ts', headers: { host, authorization } })).statusCode,
    ).toBe(401);
  expect(
    (await server.fastify.inject({ url: `/stream/main.ts?token=${theToken}`, headers: { host } })).statusCode,
  ).toBe(401);
  const elsewhere = { host, authorization: basic(theToken) };
  expect((await server.fastify.inject({ url: '/api/v1/status', headers: elsewhere })).statusCode).toBe(401);
  for (const authorization of [basic(theToken), `Bearer ${theToken}`]) {
    const player = play('/stream/main.ts', { host, authorization });
    await deps.streams.watched(1);
    deps.streams.chunk('KEY');
    expect((await player.answer).statusCode).toBe(200);
    player.asked.destroy();
    await deps.streams.watched(0);
  }
});
