import type { MediaKind } from '../../contract/media-file.ts';

export interface MediaType {
  readonly kind: MediaKind;
  /** As it is served; none of these is run as a page or script by a browser. */
  readonly mediaType: string;
  /** Endings that a name may have for it; the first is given to a name that has none of them. */
  readonly endings: readonly string[];
}

/** So many bytes from its start tell what a file is. */
export const HEAD_BYTES = 4_096;

const of = (kind: MediaKind, mediaType: string, ...endings: string[]): MediaType => ({
  kind,
  mediaType,
  endings,
});

const mp4 = of('video', 'video/mp4', 'mp4', 'm4v', 'mov');
const quickTime = of('video', 'video/quicktime', 'mov', 'mp4');
const m4a = of('audio', 'audio/mp4', 'm4a', 'mp4');
const matroska = of('video', 'video/x-matroska', 'mkv');
const webm = of('video', 'video/webm', 'webm', 'mkv');
const mp3 = of('audio', 'audio/mpeg', 'mp3');
const oggAudio = of('audio', 'audio/ogg', 'ogg', 'oga', 'opus');
const oggVideo = of('video', 'video/ogg', 'ogv', 'ogg');

/** Signatures at fixed places. Sources: the formats' specifications, and WHATWG MIME Sniffing §6. */
const signatures: readonly { readonly at: number; readonly bytes: string; readonly type: MediaType }[] = [
  { at: 0, bytes: '\x89PNG\r\n\x1a\n', type: of('image', 'image/png', 'png') },
  { at: 0, bytes: '\xff\xd8\xff', type: of('image', 'image/jpeg', 'jpg', 'jpeg') },
  { at: 0, bytes: 'GIF87a', type: of('image', 'image/gif', 'gif') },
  { at: 0, bytes: 'GIF89a', type: of('image', 'image/gif', 'gif') },
  { at: 0, bytes: 'fLaC', type: of('audio', 'audio/flac', 'flac') },
  { at: 0, bytes: 'ID3', type: mp3 },
];

/** What RIFF files (Microsoft and IBM, 1991) hold, by the four letters at 8. */
const riffForms: Readonly<Record<string, MediaType>> = {
  WEBP: of('image', 'image/webp', 'webp'),
  'AVI ': of('video', 'video/x-msvideo', 'avi'),
  WAVE: of('audio', 'audio/wav', 'wav'),
};

/** What a file is by its first bytes (`HEAD_BYTES` or fewer), or null where it is none of what we take. */
export function mediaTypeOf(head: Uint8Array): MediaType | null {
  const text = Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString('latin1');
  const known = signatures.find(({ at, bytes }) => text.startsWith(bytes, at));
  if (known !== undefined) return known.type;
  if (text.startsWith('RIFF')) return riffForms[text.slice(8, 12)] ?? null;
  if (text.startsWith('ftyp', 4)) return isoType(text.slice(8, 12));
  if (text.startsWith('\x1aE\xdf\xa3')) return ebmlType(text);
  if (text.startsWith('OggS')) return /\x80theora|\x01video/.test(text) ? oggVideo : oggAudio;
  if (isOldQuickTime(text)) return quickTime;
  if (isBmp(head)) return of('image', 'image/bmp', 'bmp');
  return isMpegAudio(head) ? mp3 : null;
}

/** By its major brand (ISO/IEC 14496-12 §4.3). Pictures in such files (HEIC, AVIF) are not taken. */
function isoType(brand: string): MediaType | null {
  if (brand === 'qt  ') return quickTime;
  if (brand.startsWith('M4A') || brand.startsWith('M4B')) return m4a;
  return /^(?:isom|iso\d|mp4\d|avc1|dash|M4V|MSNV|3g[pg]|f4v|mmp4|NDS|cmf)/i.test(brand) ? mp4 : null;
}

/** RFC 8794 and RFC 9559: the document type stands in the header. */
function ebmlType(text: string): MediaType | null {
  const type = /\x42\x82[\x80-\xff]([a-z]+)/.exec(text.slice(0, 128))?.[1];
  return type === 'webm' ? webm : type === 'matroska' ? matroska : null;
}

/** Films from before file types: their first atom is one of these. */
function isOldQuickTime(text: string): boolean {
  return ['moov', 'mdat', 'wide'].some((atom) => text.startsWith(atom, 4));
}

/** Two letters are little: the size of its second header and its one plane must fit too. */
function isBmp(head: Uint8Array): boolean {
  if (head.length < 28 || head[0] !== 0x42 || head[1] !== 0x4d) return false;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  return [40, 52, 56, 64, 108, 124].includes(view.getUint32(14, true)) && view.getUint16(26, true) === 1;
}

/** Without tags, MP3 begins with a frame (ISO/IEC 11172-3 §2.4.2.3); a second one must follow where the first says that it ends. */
function isMpegAudio(head: Uint8Array): boolean {
  const length = frameLength(head, 0);
  return length !== null && frameLength(head, length) !== null;
}

const bitratesKbps = {
  mpeg1: [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  mpeg2: [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
} as const;
const ratesHz = [44_100, 48_000, 32_000] as const;

/** Bytes of the layer III frame at a place, or null where there is none. */
function frameLength(head: Uint8Array, at: number): number | null {
  const [sync = 0, kind = 0, rates = 0] = head.subarray(at, at + 3);
  const version = (kind >> 3) & 3;
  if (sync !== 0xff || (kind & 0xe6) !== 0xe2 || version === 1) return null;
  const kbps = bitratesKbps[version === 3 ? 'mpeg1' : 'mpeg2'][(rates >> 4) - 1];
  const rate = ratesHz[(rates >> 2) & 3];
  if (kbps === undefined || rate === undefined) return null;
  const rateHz = version === 3 ? rate : version === 2 ? rate / 2 : rate / 4;
  return Math.floor(((version === 3 ? 144 : 72) * kbps * 1000) / rateHz) + ((rates >> 1) & 1);
}
