/**
 * A million random and mutated packets through the Art-Net decoder, and how fast it reads a full universe. JSON lines. It fails
 * where anything but `E_ARTNET_MALFORMED` is thrown, where a packet gives more channels than it has bytes, or where memory grows.
 */
import { ReverieError } from '../src/contract/error.ts';
import { decodeArtNet } from '../src/protocols/artnet/decode.ts';
import { artDmx, artPoll } from '../tests/src/protocols/artnet/packets.ts';

const PACKETS = 1_000_000;
const MAX_GROWTH_MB = 32;
const ROUNDS = 8;
const ROUND_MS = 120;

/** Xorshift32: the same packets in every run. */
let seed = 20_261_121;
function random(below: number): number {
  seed ^= seed << 13;
  seed ^= seed >>> 17;
  seed ^= seed << 5;
  return (seed >>> 0) % below;
}

const universe = artDmx(
  3,
  Array.from({ length: 512 }, (_, channel) => channel % 256),
  7,
);
const whole: readonly Uint8Array[] = [
  universe,
  artDmx(32_767, [255, 0]),
  artPoll(),
  artPoll(0, 9, 0, 1),
  Uint8Array.from([...universe.subarray(0, 8), 0x00, 0x21, 0, 14]),
];

function hostilePacket(): Uint8Array {
  if (random(2) === 0) return Uint8Array.from({ length: random(60) }, () => random(256));
  const packet = Uint8Array.from(whole[random(whole.length)] ?? []);
  for (let changes = random(4); changes > 0; changes -= 1)
    packet[random(Math.min(packet.length, 24))] = random(256);
  return random(3) === 0 ? packet.subarray(0, random(packet.length + 1)) : packet;
}

globalThis.gc?.();
const heapBefore = process.memoryUsage().heapUsed;
let read = 0;
let refused = 0;
let slowestUs = 0;
for (let at = 0; at < PACKETS; at += 1) {
  const packet = hostilePacket();
  const from = process.hrtime.bigint();
  try {
    const found = decodeArtNet(packet);
    read += 1;
    if (found.kind === 'dmx' && found.channels.length > packet.length)
      throw new Error(`${found.channels.length} channels of ${packet.length} bytes`);
  } catch (error) {
    if (!(error instanceof ReverieError) || error.code !== 'E_ARTNET_MALFORMED') throw error;
    refused += 1;
  }
  slowestUs = Math.max(slowestUs, Number(process.hrtime.bigint() - from) / 1000);
}
globalThis.gc?.();
const heapGrowthMb = (process.memoryUsage().heapUsed - heapBefore) / 1e6;
const passed = heapGrowthMb <= MAX_GROWTH_MB && read > 0 && refused > 0;
console.log(
  JSON.stringify({
    bench: 'artnet-codec',
    case: 'hostile',
    verdict: passed ? 'pass' : 'fail',
    packets: PACKETS,
    read,
    refused,
    slowestUs: Math.round(slowestUs),
    heapGrowthMb: Math.round(heapGrowthMb),
  }),
);
if (!passed) process.exitCode = 1;

let best = 0;
for (let round = 0; round < ROUNDS; round += 1) best = Math.max(best, packetsPerSecond());
console.log(
  JSON.stringify({ bench: 'artnet-codec', case: 'full universe', packetsPerSecond: Math.round(best) }),
);

function packetsPerSecond(): number {
  const from = performance.now();
  let count = 0;
  let elapsed = 0;
  while (elapsed < ROUND_MS) {
    for (let at = 0; at < 200; at += 1) decodeArtNet(universe);
    count += 200;
    elapsed = performance.now() - from;
  }
  return (count / elapsed) * 1000;
}
