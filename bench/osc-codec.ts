/**
 * How fast our OSC codec reads, beside osc-min and osc-js in the same run, and a million random and mutated packets. JSON lines; the
 * ratios are what counts. Exits 1 where a bound is missed: a million simple messages a second, ten times osc-js, no growth.
 * The three take turns in short rounds, so that whatever else the machine does meets them alike; the best round of each stands.
 */
import oscJs from 'osc-js';
import { fromBuffer } from 'osc-min';
import { ReverieError } from '../src/contract/error.ts';
import { decodeOsc } from '../src/protocols/osc/decode.ts';
import { encodeOsc } from '../src/protocols/osc/encode.ts';
import { IMMEDIATELY } from '../src/protocols/osc/timetag.ts';
import { hostilePackets } from '../tests/src/protocols/osc/hostile-packets.ts';

const ROUNDS = 8;
const ROUND_MS = 120;
const LEAST_PER_SECOND = 1_000_000;
const LEAST_TIMES_OSC_JS = 10;
/** Half of what osc-js reads on two idle cores. */
const BUSY_OSC_JS = 20_000;
const HOSTILE = 1_000_000;
const MOST_GROWTH_MB = 32;

interface OscJs {
  readonly Message: new () => { unpack(bytes: DataView): void };
  readonly Bundle: new () => { unpack(bytes: DataView): void };
}
/** Its own types describe an ES module, which it is not. */
const OSC = oscJs as unknown as OscJs;

const packets = {
  'one float': {
    bytes: encodeOsc({ address: '/reverie/main/strength', args: [{ type: 'f', value: 0.4 }] }),
    messages: 1,
  },
  'float, integer, text': {
    bytes: encodeOsc({
      address: '/mixer/ch/1/fader',
      args: [
        { type: 'f', value: 0.5 },
        { type: 'i', value: 3 },
        { type: 's', value: 'name' },
      ],
    }),
    messages: 1,
  },
  'bundle of 60 floats': {
    bytes: encodeOsc({
      timetag: IMMEDIATELY,
      elements: Array.from({ length: 60 }, (_, index) => ({
        address: `/reverie/main/channel${index}`,
        args: [{ type: 'f' as const, value: index / 60 }],
      })),
    }),
    messages: 60,
  },
};

const readers = {
  reverie: (bytes: Buffer) => decodeOsc(bytes),
  'osc-min': (bytes: Buffer) => fromBuffer(bytes),
  'osc-js': (bytes: Buffer) => {
    const packet = bytes[0] === 0x23 ? new OSC.Bundle() : new OSC.Message();
    packet.unpack(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    return packet;
  },
};
type Reader = keyof typeof readers;

let sink: unknown;

function packetsPerSecond(read: (bytes: Buffer) => unknown, bytes: Buffer, forMs: number): number {
  const from = performance.now();
  let count = 0;
  let elapsed = 0;
  while (elapsed < forMs) {
    for (let index = 0; index < 20; index++) sink = read(bytes);
    count += 20;
    elapsed = performance.now() - from;
  }
  return (count / elapsed) * 1000;
}

for (const [packet, { bytes, messages }] of Object.entries(packets)) {
  const best: Record<Reader, number> = { reverie: 0, 'osc-min': 0, 'osc-js': 0 };
  for (let round = 0; round < ROUNDS; round++) {
    for (const name of ['reverie', 'osc-min', 'osc-js'] as const) {
      best[name] = Math.max(best[name], packetsPerSecond(readers[name], bytes, ROUND_MS) * messages);
    }
  }
  const timesOscJs = Number((best.reverie / best['osc-js']).toFixed(1));
  const passed = best.reverie >= LEAST_PER_SECOND && timesOscJs >= LEAST_TIMES_OSC_JS;
  // A machine on which osc-js itself is at half its pace is too busy for a bound in messages a second.
  const tooBusy = timesOscJs >= LEAST_TIMES_OSC_JS && best['osc-js'] < BUSY_OSC_JS;
  if (!passed && !tooBusy) process.exitCode = 1;
  const line = {
    bench: 'osc-codec',
    verdict: passed ? 'pass' : tooBusy ? 'void' : 'fail',
    packet,
    messagesPerSecond: {
      reverie: Math.round(best.reverie),
      'osc-min': Math.round(best['osc-min']),
      'osc-js': Math.round(best['osc-js']),
    },
    timesOscMin: Number((best.reverie / best['osc-min']).toFixed(1)),
    timesOscJs,
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
if (sink === undefined) throw new Error('nothing was read');

/** Bytes in use, after what can be given back was given back where Node was started with --expose-gc. */
function usedMb(): number {
  globalThis.gc?.();
  return process.memoryUsage().rss / 1e6;
}

const next = hostilePackets(20_261_121);
let read = 0;
let slowestMs = 0;
let before = 0;
for (let count = 0; count < HOSTILE; count++) {
  // The first tenth warms up and fills what is kept.
  if (count === HOSTILE / 10) before = usedMb();
  const bytes = next();
  const from = performance.now();
  try {
    decodeOsc(bytes);
    read++;
  } catch (error) {
    if (!(error instanceof ReverieError && error.code === 'E_OSC_MALFORMED')) throw error;
  }
  slowestMs = Math.max(slowestMs, performance.now() - from);
}
const growthMb = usedMb() - before;
if (growthMb > MOST_GROWTH_MB) process.exitCode = 1;
const hostileLine = {
  bench: 'osc-hostile',
  verdict: growthMb > MOST_GROWTH_MB ? 'fail' : 'pass',
  packets: HOSTILE,
  read,
  refused: HOSTILE - read,
  slowestMs: Number(slowestMs.toFixed(2)),
  growthMb: Number(growthMb.toFixed(1)),
};
process.stdout.write(`${JSON.stringify(hostileLine)}\n`);
