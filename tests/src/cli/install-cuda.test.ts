import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type InstallCuda, installCuda } from '../../../src/cli/install-cuda.ts';
import { makeZip } from './make-zip.ts';

const name = 'Microsoft.ML.OnnxRuntime.Gpu.Linux';
const libraries = ['libonnxruntime_providers_shared.so', 'libonnxruntime_providers_cuda.so'].map(
  (library) => ({
    name: library,
    path: `runtimes/linux-x64/native/${library}`,
  }),
);
const cuda = Buffer.from(Array.from({ length: 200_000 }, (_, i) => (i * i * 31) % 251));

function nupkg(version: string): Buffer {
  const spec = `<package><metadata><id>${name}</id><version>${version}</version></metadata></package>`;
  const [shared, provider] = libraries.map(({ path }) => path);
  return makeZip({
    [`${name}.nuspec`]: Buffer.from(spec),
    [shared ?? '']: Buffer.from('shared library'),
    [provider ?? '']: cuda,
  });
}

/** A NuGet feed on loopback. It has the resources of the real one that are used, and can break in the middle. */
class Feed {
  package = nupkg('1.30.0');
  published: Buffer | null = this.package;
  cutAt = Infinity;
  readonly requests: { url: string; range: string | null }[] = [];
  server: Server = createServer((request, response) => this.answer(request, response));
  base = '';

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.base = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const url = request.url ?? '';
    const range = request.headers.range ?? null;
    this.requests.push({ url, range });
    const id = name.toLowerCase();
    if (url === '/index.json') {
      const resources = [
        { '@id': `${this.base}/files`, '@type': 'PackageBaseAddress/3.0.0' },
        { '@id': `${this.base}/registration/`, '@type': 'RegistrationsBaseUrl/3.6.0' },
      ];
      return json(response, { resources: this.published === null ? resources.slice(0, 1) : resources });
    }
    if (url === `/registration/${id}/1.30.0.json`)
      return json(response, { catalogEntry: `${this.base}/catalog` });
    if (url === '/catalog' && this.published !== null) {
      const packageHash = createHash('sha512').update(this.published).digest('base64');
      return json(response, {
        packageHash,
        packageHashAlgorithm: 'SHA512',
        packageSize: this.published.length,
      });
    }
    if (url === `/files/${id}/1.30.0/${id}.1.30.0.nupkg`) return this.send(response, range);
    response.writeHead(404).end();
  }

  private send(response: ServerResponse, range: string | null): void {
    const start = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
    if (start >= this.package.length) return void response.writeHead(416).end();
    const rest = this.package.subarray(start);
    const span = `bytes ${start}-${this.package.length - 1}/${this.package.length}`;
    response.writeHead(range === null ? 200 : 206, {
      'content-length': rest.length,
      ...(range === null ? {} : { 'content-range': span }),
    });
    if (rest.length <= this.cutAt) return void response.end(rest);
    response.write(rest.subarray(0, this.cutAt));
    // Breaks once the other side has put something on disk.
    const waiting = setInterval(() => {
      if (partSize() === 0) return;
      clearInterval(waiting);
      response.destroy();
    }, 10);
  }
}

function partSize(): number {
  const [part] = existsSync(downloads()) ? readdirSync(downloads()) : [];
  return part === undefined ? 0 : statSync(join(downloads(), part)).size;
}

function json(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

let feed: Feed;
let folder: string;
let lines: string[];
beforeEach(async () => {
  feed = new Feed();
  await feed.listen();
  folder = mkdtempSync(join(tmpdir(), 'reverie-install-'));
  mkdirSync(join(folder, 'bin'));
  writeFileSync(join(folder, 'bin', 'libonnxruntime.so.1'), 'the runtime');
  lines = [];
});
afterEach(async () => {
  feed.server.closeAllConnections();
  await new Promise((resolve) => feed.server.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

const downloads = (): string => join(folder, 'downloads');
const installed = (): string[] => readdirSync(join(folder, 'bin')).sort();
const complete = [
  'libonnxruntime.so.1',
  'libonnxruntime_providers_cuda.so',
  'libonnxruntime_providers_shared.so',
  'reverie-cuda.json',
];
const packageRequests = () => feed.requests.filter(({ url }) => url.endsWith('.nupkg'));

function install(changes: Partial<InstallCuda> = {}): Promise<void> {
  return installCuda({
    from: null,
    runtime: { version: '1.30.0', libraryFolder: join(folder, 'bin') },
    source: { name, version: '1.30.0', index: `${feed.base}/index.json`, libraries },
    downloads: downloads(),
    platform: 'linux',
    arch: 'x64',
    fetch,
    tryCuda: () => Promise.resolve({ usable: true, reason: null }),
    log: (line) => lines.push(line),
    ...changes,
  });
}

describe('reverie install cuda', () => {
  it('puts the libraries where ONNX Runtime looks for them, and clears up', async () => {
    await install();
    expect(installed()).toEqual(complete);
    expect(readFileSync(join(folder, 'bin', 'libonnxruntime_providers_cuda.so')).equals(cuda)).toBe(true);
    expect(readdirSync(downloads())).toEqual([]);
    expect(lines).toContain('SHA-512 is right');
    expect(lines.at(-1)).toBe('cuda works on this machine');
  });

  it('says what the system must bring, and why CUDA cannot be used yet', async () => {
    const reason = 'libcublasLt.so.12: cannot open shared object file';
    await install({ tryCuda: () => Promise.resolve({ usable: false, reason }) });
    expect(lines.join('\n')).toMatch(/CUDA 12\.x[^]*cuDNN 9\.x/);
    expect(lines.at(-1)).toBe(`cuda cannot be used yet: ${reason}`);
  });

  it('fetches nothing when everything is there already', async () => {
    await install();
    feed.requests.length = 0;
    await install();
    expect(feed.requests).toEqual([]);
    expect(lines.join()).toContain('installed already');
  });

  it('installs again where a library was cut short', async () => {
    await install();
    writeFileSync(join(folder, 'bin', 'libonnxruntime_providers_cuda.so'), 'short');
    await install();
    expect(readFileSync(join(folder, 'bin', 'libonnxruntime_providers_cuda.so')).equals(cuda)).toBe(true);
  });

  it('goes on where a broken connection left off', async () => {
    feed.cutAt = Math.floor(feed.package.length / 3);
    await expect(install()).rejects.toMatchObject({ code: 'E_INSTALL' });
    expect(installed()).toEqual(['libonnxruntime.so.1']);
    const have = readFileSync(join(downloads(), readdirSync(downloads())[0] ?? '')).length;
    expect(have).toBeGreaterThan(0);
    feed.cutAt = Infinity;
    await install();
    expect(packageRequests().at(-1)?.range).toBe(`bytes=${have}-`);
    expect(installed()).toEqual(complete);
  });

  it('throws away what does not match the checksum, so that the next try starts anew', async () => {
    feed.published = Buffer.concat([feed.package]);
    feed.package[500] = (feed.package[500] ?? 0) ^ 1;
    await expect(install()).rejects.toMatchObject({
      code: 'E_INSTALL',
      message: expect.stringContaining('SHA-512') as string,
    });
    expect(installed()).toEqual(['libonnxruntime.so.1']);
    expect(readdirSync(downloads())).toEqual([]);
    feed.package = nupkg('1.30.0');
    await install();
    expect(installed()).toEqual(complete);
  });

  it('starts anew where what it has is longer than what the server has', async () => {
    mkdirSync(downloads());
    const part = `${name}.1.30.0.nupkg.part`.toLowerCase();
    writeFileSync(join(downloads(), part), Buffer.alloc(feed.package.length + 10));
    await install();
    expect(installed()).toEqual(complete);
  });

  it('trusts the archive’s own checksums where the feed publishes none', async () => {
    feed.published = null;
    await install();
    expect(installed()).toEqual(complete);
  });

  it('takes a package brought by hand, and leaves it where it is', async () => {
    const file = join(folder, 'brought.nupkg');
    writeFileSync(file, feed.package);
    await install({ from: file, fetch: () => Promise.reject(new Error('there is no network')) });
    expect(installed()).toEqual(complete);
    expect(existsSync(file)).toBe(true);
    expect(readdirSync(folder).sort()).toEqual(['bin', 'brought.nupkg']);
  });

  it.each([
    ['of another release', () => nupkg('1.29.0'), 'is version 1.29.0'],
    ['that is another package', () => makeZip({ 'other.nuspec': Buffer.from('') }), 'is not the package'],
    ['that is no archive', () => Buffer.from('<html></html>'), 'no complete ZIP archive'],
    [
      'that lacks a library',
      () => makeZip({ [`${name}.nuspec`]: Buffer.from('<version>1.30.0</version>') }),
      'holds no runtimes/linux-x64/native/',
    ],
  ])('refuses a file %s, and changes nothing', async (_case, make, message) => {
    const file = join(folder, 'brought.nupkg');
    writeFileSync(file, make());
    await expect(install({ from: file })).rejects.toMatchObject({
      code: 'E_INSTALL',
      message: expect.stringContaining(message) as string,
    });
    expect(installed()).toEqual(['libonnxruntime.so.1']);
  });

  it('says what to do by hand where there is no network', async () => {
    const offline = (): Promise<Response> => Promise.reject(new TypeError('fetch failed'));
    await expect(install({ fetch: offline })).rejects.toMatchObject({
      code: 'E_INSTALL',
      message: expect.stringMatching(/fetch failed.*Gpu\.Linux 1\.30\.0.*--from FILE\.nupkg/) as string,
    });
  });

  it.each([
    ['win32', 'x64'],
    ['darwin', 'arm64'],
    ['linux', 'arm64'],
  ] as const)('is refused on %s-%s, where there is no such build', async (platform, arch) => {
    await expect(install({ platform, arch })).rejects.toMatchObject({ code: 'E_INSTALL' });
    expect(feed.requests).toEqual([]);
  });
});
