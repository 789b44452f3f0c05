import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rangeOf } from '../../../../src/server/assets/byte-range.ts';
import { isPlainName, safeName } from '../../../../src/server/assets/file-name.ts';
import { mediaTypeOf } from '../../../../src/server/assets/media-type.ts';

const bytes = (text: string, length = 0): Uint8Array => {
  const head = Buffer.alloc(Math.max(length, text.length));
  head.write(text, 'latin1');
  return head;
};

describe('what a file is', () => {
  // First bytes as the formats' specifications and files of ffmpeg 5.1 and ImageMagick have them.
  const known: readonly (readonly [string, string])[] = [
    ['\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'image/png'],
    ['\xff\xd8\xff\xe0\0\x10JFIF', 'image/jpeg'],
    ['GIF89a', 'image/gif'],
    ['RIFF\x24\0\0\0WEBPVP8 ', 'image/webp'],
    ['RIFF\x24\0\0\0AVI LIST', 'video/x-msvideo'],
    ['RIFF\x24\0\0\0WAVEfmt ', 'audio/wav'],
    ['\0\0\0\x20ftypisom\0\0\x02\0', 'video/mp4'],
    ['\0\0\0\x14ftypqt  \0\0\x02\0', 'video/quicktime'],
    ['\0\0\0\x1cftypM4A \0\0\x02\0', 'audio/mp4'],
    ['\0\0\0\x08wide\0\0\x10\0mdat', 'video/quicktime'],
    ['\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08B\x82\x84webmB\x87', 'video/webm'],
    [
      '\x1aE\xdf\xa3\xa3B\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08B\x82\x88matroskaB',
      'video/x-matroska',
    ],
    ['OggS\0\x02\0\0\0\0\0\0\0\0abcd\0\0\0\0\0\0\0\0\x01\x13OpusHead', 'audio/ogg'],
    ['OggS\0\x02\0\0\0\0\0\0\0\0abcd\0\0\0\0\0\0\0\0\x01\x2a\x80theora', 'video/ogg'],
    ['fLaC\0\0\0\x22', 'audio/flac'],
    ['ID3\x04\0\0\0\0\0\x23', 'audio/mpeg'],
  ];

  test.each(known)('%j is told by its first bytes', (head, mediaType) => {
    expect(mediaTypeOf(bytes(head, 64))?.mediaType).toBe(mediaType);
  });

  test('is an MP3 only where a second frame follows the first, a BMP only with its header', () => {
    // MPEG 1 layer III, 128 kbit/s at 44.1 kHz: 417 bytes a frame.
    const frames = Buffer.alloc(900);
    for (const at of [0, 417, 834]) frames.set([0xff, 0xfb, 0x90, 0x00], at);
    expect(mediaTypeOf(frames)?.mediaType).toBe('audio/mpeg');
    frames[417] = 0;
    expect(mediaTypeOf(frames)).toBeNull();
    const bmp = bytes('BM', 64);
    expect(mediaTypeOf(bmp)).toBeNull();
    bmp[14] = 40;
    bmp[26] = 1;
    expect(mediaTypeOf(bmp)?.mediaType).toBe('image/bmp');
  });

  test.each([
    '<html><script>alert(1)</script>',
    '<svg xmlns="http://www.w3.org/2000/svg">',
    '%PDF-1.7',
    'MZ\x90\0',
    '\x7fELF',
    'PK\x03\x04',
    '#!/bin/sh',
    '',
    'RIFF\x24\0\0\0ACON',
    '\0\0\0\x20ftypheic',
  ])('%j is nothing that is taken', (head) => {
    expect(mediaTypeOf(bytes(head, 64))).toBeNull();
  });

  test('any bytes are something or nothing, and never a fault', () => {
    const heads = fc.tuple(
      fc.constantFrom(...known.map(([head]) => head), 'BM', '\xff\xfb'),
      fc.uint8Array(),
    );
    fc.assert(
      fc.property(heads, ([start, rest]) => {
        expect(() => mediaTypeOf(Buffer.concat([bytes(start), rest]))).not.toThrow();
        expect(() => mediaTypeOf(rest)).not.toThrow();
      }),
    );
  });
});

describe('the name of a file', () => {
  const endings = ['mp4', 'mov'];
  test.each([
    ['clip.mp4', 'clip.mp4'],
    ['My Clip (2).MP4', 'My Clip (2).mp4'],
    ['Straße über.mov', 'Straße über.mov'],
    ['../../etc/passwd', 'passwd.mp4'],
    ['C:\\Users\\me\\clip.mp4', 'clip.mp4'],
    ['.bashrc', 'bashrc.mp4'],
    ['clip.mp4.html', 'clip.mp4.html.mp4'],
    ['a\0b<c>.mp4', 'a_b_c_.mp4'],
    ['con.mp4', '_con.mp4'],
    ['...', 'file.mp4'],
    ['', 'file.mp4'],
    [`${'x'.repeat(300)}.mp4`, `${'x'.repeat(76)}.mp4`],
  ])('%j is kept as %j', (asked, kept) => {
    expect(safeName(asked, endings)).toBe(kept);
  });

  test('is always plain, ends with what the file is, and comes out of itself', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (asked) => {
        const name = safeName(asked, endings);
        expect(isPlainName(name)).toBe(true);
        expect(name).toMatch(/\.(?:mp4|mov)$/);
        expect(safeName(name, endings)).toBe(name);
      }),
    );
  });

  test('that leads elsewhere is none', () => {
    for (const name of ['..', '.', '', 'a/b', 'a\\b', '.hidden', 'a\0', 'a\nb', 'x'.repeat(256)])
      expect([name, isPlainName(name)]).toEqual([name, false]);
  });
});

describe('a part of a file', () => {
  test.each([
    [undefined, null],
    ['bytes=0-', { first: 0, last: 99 }],
    ['bytes=10-19', { first: 10, last: 19 }],
    ['bytes=90-200', { first: 90, last: 99 }],
    ['bytes=-10', { first: 90, last: 99 }],
    ['bytes=-1000', { first: 0, last: 99 }],
    ['bytes=100-', 'unsatisfiable'],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=5-2', null],
    ['bytes=0-1,5-6', null],
    ['lines=1-2', null],
    ['bytes=-', null],
    ['bytes=99999999999999999999-', null],
  ])('%j of a hundred bytes is %j', (header, range) => {
    expect(rangeOf(header, 100)).toEqual(range);
  });
});
