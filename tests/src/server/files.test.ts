import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { MediaFolder } from '../../../src/contract/media-file.ts';
import { AssetFolder } from '../../../src/server/assets/asset-folder.ts';
import { createServer, type Server } from '../../../src/server/server.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { house } from './doubles.ts';

const png = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(6_000, 7)]);
const mp4 = Buffer.concat([Buffer.from('\0\0\0\x20ftypisom', 'latin1'), Buffer.alloc(500)]);
const limitBytes = 100_000;

let folder: string;
let server: Server;
let port: number;

beforeAll(async () => {
  const panelDir = tempFolder('panel');
  folder = join(panelDir, 'media');
  const assets = new AssetFolder({ folder, limitBytes });
  server = await createServer({ ...house(panelDir), assets });
  await server.fastify.listen({ host: '127.0.0.1', port: 0 });
  ({ port } = server.fastify.server.address() as AddressInfo);
});

afterAll(async () => {
  await server.close();
});

beforeEach(() => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
});

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE' | 'HEAD';
interface Answer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly rawPayload: Buffer;
  readonly payload: string;
  json<T = Record<string, unknown>>(): T;
}

async function ask(
  method: Method,
  path: string,
  body?: Buffer,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const answer = await fetch(`http://127.0.0.1:${port}/api/v1/${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body }),
  });
  const rawPayload = Buffer.from(await answer.arrayBuffer());
  const payload = rawPayload.toString('latin1');
  return {
    statusCode: answer.status,
    headers: Object.fromEntries(answer.headers),
    rawPayload,
    payload,
    json: <T>() => JSON.parse(rawPayload.toString()) as T,
  };
}
const list = async (): Promise<MediaFolder> => (await ask('GET', 'files')).json<MediaFolder>();
const codeOf = (answer: { json: () => unknown }): unknown => Object(answer.json()).error?.code;

describe('an upload', () => {
  it('is a file once all of it is there, under a safe name, by what it holds', async () => {
    const answer = await ask('POST', 'files?name=..%2F..%2Fmy%20face.txt', png, {
      'content-type': 'text/html',
    });
    expect(answer.statusCode).toBe(201);
    expect(answer.headers.location).toBe('/api/v1/files/my%20face.txt.png');
    expect(answer.json()).toMatchObject({ name: 'my face.txt.png', kind: 'image', bytes: png.length });
    expect(readFileSync(join(folder, 'my face.txt.png'))).toEqual(png);
    await ask('POST', 'files?name=clip', mp4);
    expect((await list()).files.map(({ name, mediaType }) => [name, mediaType])).toEqual([
      ['clip.mp4', 'video/mp4'],
      ['my face.txt.png', 'image/png'],
    ]);
    expect((await ask('GET', 'files?kind=video')).json<MediaFolder>().files).toHaveLength(1);
  });

  it('that is no picture, clip or sound is refused by its content, and nothing of it stays', async () => {
    for (const bad of ['<html><script>', '#!/bin/sh\n', '']) {
      const answer = await ask('POST', 'files?name=photo.png', Buffer.from(bad), {
        'content-type': 'image/png',
      });
      expect([bad, answer.statusCode, codeOf(answer)]).toEqual([bad, 415, 'E_FILE_TYPE']);
    }
    expect(readdirSync(folder)).toEqual([]);
  });

  it('of a name that is taken is refused unless it is to take its place', async () => {
    await ask('POST', 'files?name=a.png', png);
    const other = Buffer.concat([png, png]);
    const refused = await ask('POST', 'files?name=a.png', other);
    expect([refused.statusCode, codeOf(refused)]).toEqual([409, 'E_FILE_NAME']);
    expect((await ask('POST', 'files?name=a.png&over=true', other)).statusCode).toBe(201);
    expect(readFileSync(join(folder, 'a.png'))).toEqual(other);
  });

  it('that is too large is refused, by what it says and by what comes', async () => {
    const large = Buffer.concat([png, Buffer.alloc(limitBytes)]);
    const said = await ask('POST', 'files?name=a.png', large);
    expect([said.statusCode, codeOf(said)]).toEqual([413, 'E_FILE_TOO_LARGE']);
    expect(await send({ 'transfer-encoding': 'chunked' }, [large])).toMatchObject({ status: 413 });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('shows how far it is, and is never listed before its end', async () => {
    const asking = start({ 'content-length': String(png.length) });
    asking.write(png.subarray(0, 5_000));
    let seen = await list();
    while (seen.uploads[0]?.bytes !== 5_000) seen = await list();
    expect(seen.uploads).toEqual([{ name: 'b.png', bytes: 5_000, expectedBytes: png.length }]);
    expect(seen.files).toEqual([]);
    const answered = new Promise((resolve) => asking.on('response', (answer) => resolve(answer.statusCode)));
    asking.end(png.subarray(5_000));
    expect(await answered).toBe(201);
    expect(await list()).toMatchObject({ uploads: [], files: [{ name: 'b.png', bytes: png.length }] });
  });

  it('that breaks off leaves nothing', async () => {
    const asking = start({ 'content-length': String(png.length) });
    asking.on('error', () => undefined);
    asking.write(png.subarray(0, 5_000));
    while ((await list()).uploads.length === 0) continue;
    asking.destroy();
    while ((await list()).uploads.length > 0) continue;
    expect(readdirSync(folder)).toEqual([]);
  });

  it('left by a daemon that died is taken away at the next start', async () => {
    writeFileSync(join(folder, '.upload-1234'), png);
    await new AssetFolder({ folder, limitBytes }).prepare();
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('a media file', () => {
  beforeEach(() => writeFileSync(join(folder, 'clip.mp4'), mp4));

  it('is served by its content, whole, in parts, and not again to who has it', async () => {
    writeFileSync(join(folder, 'page.html'), png);
    const whole = await ask('GET', 'files/page.html');
    expect(whole.headers).toMatchObject({ 'content-type': 'image/png', 'x-content-type-options': 'nosniff' });
    const part = await ask('GET', 'files/clip.mp4', undefined, { range: 'bytes=4-11' });
    expect([part.statusCode, part.payload]).toEqual([206, 'ftypisom']);
    expect(part.headers['content-range']).toBe(`bytes 4-11/${mp4.length}`);
    const behind = await ask('GET', 'files/clip.mp4', undefined, { range: 'bytes=9999-' });
    expect([behind.statusCode, behind.headers['content-range'], codeOf(behind)]).toEqual([
      416,
      `bytes */${mp4.length}`,
      'E_FILE_RANGE',
    ]);
    const tag = String(part.headers.etag);
    expect((await ask('GET', 'files/clip.mp4', undefined, { 'if-none-match': tag })).statusCode).toBe(304);
    const stale = await ask('GET', 'files/clip.mp4', undefined, {
      range: 'bytes=0-3',
      'if-range': '"other"',
    });
    expect([stale.statusCode, stale.rawPayload.length]).toEqual([200, mp4.length]);
    const head = await ask('HEAD', 'files/clip.mp4');
    expect([head.headers['content-length'], head.payload]).toEqual([String(mp4.length), '']);
  });

  it('is deleted, and is unknown from then on', async () => {
    expect((await ask('DELETE', 'files/clip.mp4')).statusCode).toBe(204);
    for (const method of ['GET', 'DELETE'] as const)
      expect(codeOf(await ask(method, 'files/clip.mp4'))).toBe('E_FILE_UNKNOWN');
  });

  it('is none outside the folder: no path, no link, no folder, no hidden file', async () => {
    const secret = join(tempFolder('secret'), 'secret.png');
    writeFileSync(secret, png);
    symlinkSync(secret, join(folder, 'link.png'));
    mkdirSync(join(folder, 'sub.png'));
    writeFileSync(join(folder, '.hidden.png'), png);
    const { files, leftOut } = await list();
    expect(files.map(({ name }) => name)).toEqual(['clip.mp4']);
    expect(leftOut).toBe(2);
    const paths = [
      'link.png',
      'sub.png',
      '.hidden.png',
      '..%2Fsecret.png',
      '%2e%2e%2fmedia%2fclip.mp4',
      'a%00.png',
    ];
    for (const path of paths) {
      for (const method of ['GET', 'DELETE'] as const) {
        const answer = await ask(method, `files/${path}`);
        expect([path, answer.statusCode]).toEqual([path, 404]);
      }
    }
    expect(readFileSync(secret)).toEqual(png);
  });
});

describe("Scope's clients", () => {
  it('upload, list and fetch assets in their own shape', async () => {
    const uploaded = await ask('POST', 'assets?filename=ref.png', png);
    expect(uploaded.json()).toMatchObject({ name: 'ref.png', type: 'image', size_mb: 0.01, folder: null });
    await ask('POST', 'assets?filename=clip.mp4', mp4);
    const { assets } = (await ask('GET', 'assets?type=image')).json<{ assets: { path: string }[] }>();
    expect(assets).toHaveLength(1);
    const path = assets[0]?.path.split('/assets/')[1] ?? '';
    expect((await ask('GET', `assets/${path}`)).rawPayload).toEqual(png);
    expect((await ask('GET', 'assets/../secret.png')).statusCode).toBe(404);
    expect((await ask('POST', 'assets?filename=..%2Fx.png', png)).statusCode).toBe(400);
    expect((await ask('POST', 'assets?filename=x.exe', Buffer.from('MZ'))).statusCode).toBe(415);
  });
});

function start(headers: Record<string, string>) {
  return request({ port, host: '127.0.0.1', method: 'POST', path: '/api/v1/files?name=b.png', headers });
}

function send(headers: Record<string, string>, pieces: readonly Buffer[]): Promise<{ status: number }> {
  return new Promise((resolve, reject) => {
    const asking = start(headers);
    asking.on('response', (answer) => {
      answer.resume();
      resolve({ status: answer.statusCode ?? 0 });
    });
    asking.on('error', reject);
    for (const piece of pieces) asking.write(piece);
    asking.end();
  });
}

describe('another name for a file', () => {
  const rename = (name: string, wish: unknown): Promise<Answer> =>
    ask('PATCH', `files/${encodeURIComponent(name)}`, Buffer.from(JSON.stringify({ name: wish })), {
      'content-type': 'application/json',
    });

  it('is made safe, keeps the ending, and leads into no other folder', async () => {
    writeFileSync(join(folder, 'clip.mp4'), mp4);
    const wishes: readonly (readonly [string, string])[] = [
      ['opening', 'opening.mp4'],
      ['opening night.mp4', 'opening night.mp4'],
      ['face.png', 'face.png.mp4'],
      ['../../etc/passwd', 'passwd.mp4'],
      ['.hidden', 'hidden.mp4'],
      ['con', '_con.mp4'],
      ['C:\\windows\\clip', 'clip.mp4'],
    ];
    let name = 'clip.mp4';
    for (const [wish, wanted] of wishes) {
      const answer = await rename(name, wish);
      expect([answer.statusCode, answer.json().name]).toEqual([200, wanted]);
      expect(readdirSync(folder)).toEqual([wanted]);
      name = wanted;
    }
    expect(readFileSync(join(folder, name))).toEqual(mp4);
  });

  it('is refused where there is one of that name, and both files stay', async () => {
    writeFileSync(join(folder, 'a.mp4'), mp4);
    writeFileSync(join(folder, 'b.mp4'), Buffer.concat([mp4, mp4]));
    const answer = await rename('a.mp4', 'b');
    expect([answer.statusCode, codeOf(answer)]).toEqual([409, 'E_FILE_NAME']);
    const two = await Promise.all([rename('a.mp4', 'c'), rename('b.mp4', 'c')]);
    expect(two.map(({ statusCode }) => statusCode).toSorted((a, b) => a - b)).toEqual([200, 409]);
    expect(readdirSync(folder)).toHaveLength(2);
    expect((await rename('c.mp4', 'c')).statusCode).toBe(200);
  });

  it('is for files that are there alone: no link, no folder, no path', async () => {
    const outside = join(tempFolder('elsewhere'), 'mine.mp4');
    writeFileSync(outside, mp4);
    symlinkSync(outside, join(folder, 'link.mp4'));
    mkdirSync(join(folder, 'inner'));
    for (const name of ['link.mp4', 'inner', 'gone.mp4', '../mine.mp4', '.hidden'])
      expect([name, codeOf(await rename(name, 'new'))]).toEqual([name, 'E_FILE_UNKNOWN']);
    for (const wish of ['', 3, null, 'x'.repeat(256)])
      expect((await rename('link.mp4', wish)).statusCode).toBe(400);
  });

  it('goes by what is inside where the file has no ending', async () => {
    writeFileSync(join(folder, 'clip'), mp4);
    expect((await rename('clip', 'opening')).json().name).toBe('opening.mp4');
  });
});
