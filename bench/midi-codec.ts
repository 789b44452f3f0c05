/**
 * A million random and mutated byte strings through the MIDI decoder, and how fast it reads what devices really send. JSON lines.
 * It fails where an event is out of range, or where there are more events than the bytes allow: two for each byte at most.
 */
import { MidiDecoder } from '../src/protocols/midi/decode.ts';
import type { MidiEvent } from '../src/protocols/midi/event.ts';

const STRINGS = 1_000_000;
const ROUNDS = 8;
const ROUND_MS = 120;

/** Xorshift32: the same strings in every run. */
let seed = 20_261_121;
function random(below: number): number {
  seed ^= seed << 13;
  seed ^= seed >>> 17;
  seed ^= seed << 5;
  return (seed >>> 0) % below;
}

const whole: readonly (readonly number[])[] = [
  [0x90, 60, 100],
  [0x80, 60, 0],
  [0xa0, 60, 5],
  [0xb0, 74, 64],
  [0xb0, 1, 64, 0xb0, 33, 1],
  [0xb0, 99, 1, 98, 2, 6, 64, 38, 5, 96, 0],
  [0xb0, 101, 127, 100, 127],
  [0xb0, 123, 0],
  [0xc0, 5],
  [0xd0, 80],
  [0xe0, 0, 64],
  [0xf0, 0x43, 1, 2, 3, 0xf7],
  [0xf2, 1, 2],
  [0xf8],
  [0xfe],
];

function hostileString(): Uint8Array {
  if (random(2) === 0) return Uint8Array.from({ length: random(40) }, () => random(256));
  const bytes = Array.from({ length: 1 + random(6) }, () => whole[random(whole.length)] ?? []).flat();
  const at = random(bytes.length);
  const how = random(4);
  if (how === 0) bytes[at] = random(256);
  else if (how === 1) bytes.splice(at, 1);
  else if (how === 2) bytes.splice(at, 0, random(256));
  else bytes.length = at;
  return Uint8Array.from(bytes);
}

function isInRange(event: MidiEvent): boolean {
  if (event.kind === 'clock') return event.what !== 'position' || event.sixteenths <= 16_383;
  return (
    event.channel >= 1 &&
    event.channel <= 16 &&
    event.number <= 16_383 &&
    event.value >= 0 &&
    event.value <= 16_383
  );
}

const decoder = new MidiDecoder();
const heapBefore = process.memoryUsage().heapUsed;
let bytes = 0;
let events = 0;
let slowestUs = 0;
for (let at = 0; at < STRINGS; at++) {
  const string = hostileString();
  const from = process.hrtime.bigint();
  const found = decoder.read(string);
  slowestUs = Math.max(slowestUs, Number(process.hrtime.bigint() - from) / 1000);
  bytes += string.length;
  events += found.length;
  if (!found.every(isInRange)) throw new Error(`out of range: ${JSON.stringify(found)}`);
}
if (events > 2 * bytes) throw new Error(`${events} events from ${bytes} bytes`);
console.log(
  JSON.stringify({
    bench: 'midi-codec',
    case: 'hostile',
    strings: STRINGS,
    bytes,
    events,
    slowestUs: Math.round(slowestUs),
    heapGrowthMb: Math.round((process.memoryUsage().heapUsed - heapBefore) / 1e6),
    ...decoder.counts,
  }),
);

for (const [name, messages] of Object.entries({
  fader: [[0xb0, 74, 64]],
  'fader of 14 bits': [
    [0xb0, 1, 64],
    [0xb0, 33, 1],
  ],
  notes: [
    [0x90, 60, 100],
    [0x80, 60, 0],
  ],
  clock: [[0xf8]],
})) {
  const pieces = messages.map((message) => Uint8Array.from(message));
  let best = 0;
  for (let round = 0; round < ROUNDS; round++) best = Math.max(best, messagesPerSecond(pieces));
  console.log(JSON.stringify({ bench: 'midi-codec', case: name, messagesPerSecond: Math.round(best) }));
}

function messagesPerSecond(pieces: readonly Uint8Array[]): number {
  const reader = new MidiDecoder();
  const from = performance.now();
  let count = 0;
  let elapsed = 0;
  while (elapsed < ROUND_MS) {
    for (let at = 0; at < 200; at++) for (const piece of pieces) reader.read(piece);
    count += 200 * pieces.length;
    elapsed = performance.now() - from;
  }
  return (count / elapsed) * 1000;
}
