import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readZip, unpack, type ZipEntry } from '../../../src/cli/zip-file.ts';
import { makeZip } from './make-zip.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reverie-zip-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const text = Buffer.from('a line that packs well\n'.repeat(2000));
const noise = Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * i * 31) % 251));

/** Written by zipfile of Python 3.11 into a pipe: data descriptors instead of sizes in the local header. */
const written = [
  'UEsDBBQACAAIAAAAIVAAAAAAAAAAAAAAAAAMAAAAbGliL3RleHQudHh0S1TIycxLVSjJSCxRKEhMzi5WKE/NyeFKHBUeFR4V',
  'HjhhAFBLBwj/YkSLIgAAAJgDAABQSwECFAMUAAgACAAAACFQ/2JEiyIAAACYAwAADAAAABAAAAAAAAAAgAEAAAAAbGliL3Rl',
  'eHQudHh0YW4gZW50cnkgY29tbWVudFBLBQYAAAAAAQABAEoAAABcAAAAEgBhbiBhcmNoaXZlIGNvbW1lbnQ=',
];

function archive(bytes: Uint8Array): string {
  const file = join(folder, 'archive.zip');
  writeFileSync(file, bytes);
  return file;
}

async function entry(file: string, path: string): Promise<ZipEntry> {
  const found = (await readZip(file)).find((one) => one.path === path);
  if (found === undefined) throw new Error(`no ${path}`);
  return found;
}

async function unpacked(file: string, path: string): Promise<Buffer> {
  const target = join(folder, 'unpacked');
  await unpack(file, await entry(file, path), target);
  return readFileSync(target);
}

describe('a ZIP archive', () => {
  it('gives back packed, stored and empty files', async () => {
    const files = { 'a/text': text, noise, empty: Buffer.alloc(0) };
    const file = archive(makeZip(files, new Set(['noise', 'empty']), 'a comment at the end'));
    expect((await readZip(file)).map(({ path, bytes }) => [path, bytes])).toEqual([
      ['a/text', text.length],
      ['noise', noise.length],
      ['empty', 0],
    ]);
    expect((await unpacked(file, 'a/text')).equals(text)).toBe(true);
    expect((await unpacked(file, 'noise')).equals(noise)).toBe(true);
    expect(await unpacked(file, 'empty')).toHaveLength(0);
  });

  it('may come from another program, written as a stream, with comments', async () => {
    const file = archive(Buffer.from(written.join(''), 'base64'));
    expect((await unpacked(file, 'lib/text.txt')).toString()).toBe('a line that packs well\n'.repeat(40));
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['a web page', Buffer.from('<html>not found</html>'.repeat(9))],
    ['half an archive', makeZip({ noise }, new Set(['noise'])).subarray(0, 2000)],
  ])('that is %s is refused', async (_case, bytes) => {
    await expect(readZip(archive(bytes))).rejects.toThrow('no complete ZIP archive');
  });

  it('that points outside itself is refused', async () => {
    const bytes = makeZip({ noise });
    bytes.writeUInt32LE(bytes.length, bytes.length - 6);
    await expect(readZip(archive(bytes))).rejects.toThrow('broken table of contents');
  });

  it('with a flipped bit is found out', async () => {
    const bytes = makeZip({ noise }, new Set(['noise']));
    bytes[1000] = (bytes[1000] ?? 0) ^ 1;
    await expect(unpacked(archive(bytes), 'noise')).rejects.toThrow('noise is damaged');
  });
});
