import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EndpointList } from '../../src/contract/endpoint.ts';
import { canIsolate } from '../support/namespace.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { chain, startReverie, within, type Reverie } from './reverie.ts';

const LONG = 20_000;

let reverie: Reverie;
let png: Buffer;

const upload = (to: Reverie, name: string, body: NonNullable<RequestInit['body']>): Promise<Response> =>
  fetch(`${to.url}/api/v1/files?name=${name}`, { method: 'POST', body, duplex: 'half' });

describe('an uploaded file', () => {
  beforeAll(async () => {
    reverie = await startReverie({ graph: chain('passthrough', {}, { width: 320, height: 200 }) });
    await reverie.live('out', LONG);
    png = await reverie.frame('&node=in');
  });

  afterAll(() => reverie?.dispose());

  it('plays by its name, and is served as it came', async () => {
    expect((await upload(reverie, 'face.png&over=true', png)).status).toBe(201);
    expect(readdirSync(join(reverie.home, 'assets'))).toEqual(['face.png']);
    expect((await reverie.call('PUT', '/api/v1/nodes/in/endpoint', { url: 'file:face.png' })).status).toBe(
      200,
    );
    const node = await reverie.until('in', ({ info }) => info['fileWidth'] === 320, LONG);
    expect(node.endpoint?.url).toBe('file:face.png');
    const served = await fetch(`${reverie.url}/api/v1/files/face.png`);
    expect(Buffer.from(await served.arrayBuffer()).equals(png)).toBe(true);
  });

  it('can be picked', async () => {
    await upload(reverie, 'other.png&over=true', png);
    let seen = '';
    await within(
      LONG,
      'the file among the endpoints',
      () => seen,
      async () => {
        const list = await reverie.get<EndpointList>('endpoints?wait=2');
        seen = JSON.stringify(list);
        return list.endpoints.some(({ url }) => url === 'file:other.png');
      },
    );
    expect(seen).toContain('other.png');
  });
});

describe.skipIf(!canIsolate)('a disk that is full (needs root)', () => {
  it('refuses an upload, keeps nothing of it, and takes the next that fits', async () => {
    const folder = tempFolder('small-disk');
    const mount = `mount -t tmpfs -o size=512k tmpfs ${folder} && exec "$@"`;
    const small = await startReverie({
      wrap: ['unshare', '-m', 'sh', '-c', mount, 'sh'],
      flags: ['--assets-dir', folder],
    });
    try {
      const large = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(2_000_000)]);
      const unannounced = new ReadableStream({
        start(controller) {
          for (let at = 0; at < large.length; at += 65_536)
            controller.enqueue(large.subarray(at, at + 65_536));
          controller.close();
        },
      });
      for (const body of [large, unannounced]) {
        const answer = await upload(small, 'a.png', body);
        const { error } = (await answer.json()) as { error: { code: string } };
        expect([answer.status, error.code]).toEqual([507, 'E_FILE_DISK_FULL']);
      }
      expect(readdirSync(`/proc/${small.child.pid}/root${folder}`)).toEqual([]);
      expect((await upload(small, 'a.png', large.subarray(0, 10_000))).status).toBe(201);
    } finally {
      await small.dispose();
    }
  });
});
