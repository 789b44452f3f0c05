import type { JsonValue } from '../../../../src/contract/json.ts';

/** Packets written out byte by byte after the OSC 1.0 specification, without our encoder, so that both can be wrong only apart. */

/** Text with its zero byte and padding. */
export function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([bytes, Buffer.alloc(4 - (bytes.length % 4))]);
}

/** Bytes from hexadecimal, spaces ignored. */
export function hex(digits: string): Buffer {
  return Buffer.from(digits.replaceAll(' ', ''), 'hex');
}

export function message(address: string, tags: string, ...values: readonly Buffer[]): Buffer {
  return Buffer.concat([text(address), text(`,${tags}`), ...values]);
}

/** A bundle to be played at once, unless `time` says otherwise. */
export function bundle(elements: readonly Buffer[], time: Buffer = hex('00000000 00000001')): Buffer {
  return Buffer.concat([
    text('#bundle'),
    time,
    ...elements.flatMap((element) => [size(element.length), element]),
  ]);
}

export function size(bytes: number): Buffer {
  const field = Buffer.alloc(4);
  field.writeInt32BE(bytes);
  return field;
}

const one = hex('00000001');
const half = hex('3f000000');

export interface GoodVector {
  readonly name: string;
  readonly bytes: Buffer;
  readonly messages: readonly { readonly address: string; readonly args: readonly JsonValue[] }[];
}

const single = (name: string, bytes: Buffer, ...args: JsonValue[]): GoodVector => ({
  name,
  bytes,
  messages: [{ address: '/a', args }],
});

export const goodVectors: readonly GoodVector[] = [
  single('a 32-bit integer', message('/a', 'i', hex('fffffff9')), -7),
  single('a float', message('/a', 'f', half), 0.5),
  single('a text beyond ASCII', message('/a', 's', text('héllo')), 'héllo'),
  single('a text that ends on a boundary', message('/a', 's', text('abcd')), 'abcd'),
  single('an empty text', message('/a', 's', text('')), ''),
  single('a symbol', message('/a', 'S', text('sym')), 'sym'),
  single('a blob', message('/a', 'b', hex('00000003 01020300')), { blob: 'AQID' }),
  single('an empty blob', message('/a', 'b', hex('00000000')), { blob: '' }),
  single('a 64-bit integer that a number can hold', message('/a', 'h', hex('ffffffff fffffffe')), -2),
  single(
    'a 64-bit integer that no number can hold',
    message('/a', 'h', hex('ffdfffff ffffffff')),
    '-9007199254740993',
  ),
  single('a double', message('/a', 'd', hex('400921fb 54442d18')), Math.PI),
  single('a time', message('/a', 't', hex('eb6b0a05 80000001')), {
    seconds: 0xeb6b0a05,
    fraction: 0x80000001,
  }),
  single('true, false, nil and impulse', message('/a', 'TFNI'), true, false, null, { impulse: true }),
  single('a list', message('/a', '[if]', one, hex('40000000')), [1, 2]),
  single('a list in a list', message('/a', '[i[s]]', one, text('x')), [1, ['x']]),
  single('an empty list', message('/a', '[]'), []),
  single('a character', message('/a', 'c', hex('00000041')), 'A'),
  single('an opaque colour', message('/a', 'r', hex('ff8000ff')), '#ff8000'),
  single('a colour that lets light through', message('/a', 'r', hex('ff800040')), '#ff800040'),
  single('a MIDI message', message('/a', 'm', hex('00903c64')), { midi: [0, 0x90, 60, 100] }),
  single('no arguments', message('/a', '')),
  single('no type tags, as old senders write a bang', text('/a')),
  single('five floats', message('/a', 'fffff', half, half, half, half, half), 0.5, 0.5, 0.5, 0.5, 0.5),
  {
    name: 'a bundle to be played at once',
    bytes: bundle([message('/a', 'i', one), message('/b', 'f', half)]),
    messages: [
      { address: '/a', args: [1] },
      { address: '/b', args: [0.5] },
    ],
  },
  {
    name: 'a bundle in a bundle, between two messages',
    bytes: bundle([message('/a', 'i', one), bundle([message('/b', '')]), message('/c', 's', text('z'))]),
    messages: [
      { address: '/a', args: [1] },
      { address: '/b', args: [] },
      { address: '/c', args: ['z'] },
    ],
  },
  { name: 'an empty bundle', bytes: bundle([]), messages: [] },
  {
    name: 'eight bundles in each other',
    bytes: nested(8),
    messages: [{ address: '/a', args: [] }],
  },
  {
    name: 'an address that JavaScript knows otherwise',
    bytes: message('/__proto__/x', 'i', one),
    messages: [{ address: '/__proto__/x', args: [1] }],
  },
];

export interface BadVector {
  readonly name: string;
  readonly bytes: Buffer;
  /** Of the byte that is to blame. */
  readonly offset: number;
}

export const badVectors: readonly BadVector[] = [
  { name: 'nothing at all', bytes: Buffer.alloc(0), offset: 0 },
  { name: 'one byte', bytes: Buffer.from('/'), offset: 0 },
  { name: 'an address without its end', bytes: Buffer.from('/abc'), offset: 0 },
  { name: 'an address without a slash', bytes: message('abc', 'i', one), offset: 0 },
  { name: 'an address with a space', bytes: message('/a b', 'i', one), offset: 2 },
  { name: 'an address beyond ASCII', bytes: message('/é', 'i', one), offset: 1 },
  { name: 'an address padded with letters', bytes: Buffer.from('/a\0x,\0\0\0'), offset: 3 },
  { name: 'an address with too little padding', bytes: Buffer.from('/a\0,i\0\0\0'), offset: 3 },
  {
    name: 'a size that is no multiple of four',
    bytes: Buffer.concat([message('/a', 'i', one), Buffer.from([1])]),
    offset: 0,
  },
  { name: 'arguments without type tags', bytes: Buffer.concat([text('/a'), one]), offset: 4 },
  { name: 'type tags without their end', bytes: Buffer.from('/a\0\0,iii'), offset: 4 },
  { name: 'a missing argument', bytes: message('/a', 'iii', one), offset: 16 },
  { name: 'half a double', bytes: message('/a', 'd', one), offset: 8 },
  { name: 'bytes after the last argument', bytes: message('/a', 'i', one, one), offset: 12 },
  { name: 'an unknown type tag', bytes: message('/a', 'iQ', one), offset: 6 },
  { name: 'a blob larger than the packet', bytes: message('/a', 'b', hex('7fffffff')), offset: 8 },
  { name: 'a blob of negative size', bytes: message('/a', 'b', hex('ffffffff')), offset: 8 },
  {
    name: 'a blob whose padding is not zero',
    bytes: message('/a', 'b', hex('00000003 01020304')),
    offset: 15,
  },
  { name: 'a text without its end', bytes: message('/a', 's', Buffer.from('abcd')), offset: 8 },
  { name: 'a text whose padding is not zero', bytes: message('/a', 's', Buffer.from('a\0\0b')), offset: 11 },
  { name: 'a text in Latin-1', bytes: message('/a', 's', hex('68e96c00')), offset: 8 },
  { name: 'a character that does not exist', bytes: message('/a', 'c', hex('00110000')), offset: 8 },
  { name: 'half of a character pair', bytes: message('/a', 'c', hex('0000d800')), offset: 8 },
  { name: 'a list without its end', bytes: message('/a', '[i', one), offset: 7 },
  { name: 'a list without its beginning', bytes: message('/a', 'i]', one), offset: 6 },
  { name: 'lists nine deep', bytes: message('/a', `${'['.repeat(9)}${']'.repeat(9)}`), offset: 13 },
  {
    name: 'a bundle element larger than the bundle',
    bytes: Buffer.concat([bundle([]), hex('7fffffff'), message('/a', 'i', one)]),
    offset: 16,
  },
  {
    name: 'a bundle element of negative size',
    bytes: Buffer.concat([bundle([]), hex('fffffffc'), message('/a', 'i', one)]),
    offset: 16,
  },
  {
    name: 'a bundle element of no size',
    bytes: Buffer.concat([bundle([]), hex('00000000'), message('/a', 'i', one)]),
    offset: 16,
  },
  {
    name: 'a bundle element smaller than it says',
    bytes: Buffer.concat([bundle([]), hex('00000008'), message('/a', 'i', one)]),
    offset: 28,
  },
  {
    name: 'a bundle element of three bytes',
    bytes: Buffer.concat([bundle([]), hex('00000003'), Buffer.from('/a\0\0')]),
    offset: 20,
  },
  { name: 'a bundle without its time', bytes: text('#bundle'), offset: 0 },
  {
    name: 'a bundle by another name',
    bytes: Buffer.concat([text('#bungle'), hex('00000000 00000001')]),
    offset: 0,
  },
  { name: 'nine bundles in each other', bytes: nested(9), offset: 160 },
  { name: 'three thousand bundles in each other', bytes: nested(3000), offset: 160 },
  {
    name: 'noise',
    bytes: Buffer.from(Array.from({ length: 64 }, (_, index) => (index * 73 + 41) & 255)),
    offset: 0,
  },
];

/** A message inside `depth` bundles. Their headers are 20 bytes each, so the ninth begins at 160. */
function nested(depth: number): Buffer {
  let packet = message('/a', '');
  for (let level = 0; level < depth; level++) packet = bundle([packet]);
  return packet;
}
