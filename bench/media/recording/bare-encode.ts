import { keepSettings } from '../../../adapters/record/coder.ts';
import { readSettings } from '../../../adapters/record/settings.ts';
import { upright } from '../../../src/codec/orientation.ts';
import { openVideoEncoder } from '../../../src/codec/video-encoder.ts';
import { VideoReader } from '../../../src/codec/video-reader.ts';

// Encodes the frames of a file as a recording would, one after the other, and prints the processor milliseconds that one took.
// Decoding them is not in it.
const [path = ''] = process.argv.slice(2);
const reader = await VideoReader.open(path);
const { size } = reader.facts;
const pixels = new Uint8Array(size.width * size.height * 4);
const keep = keepSettings(readSettings({}));
const encoder = await openVideoEncoder({ ...size, codec: 'h264', rateHz: 30, bitrateBps: 0, keep });
let spentUs = 0;
let frames = 0;
for (let picture = await reader.next(); picture !== null; picture = await reader.next()) {
  await reader.draw({ size, aspect: 'stretch', turn: upright }, pixels);
  const before = process.cpuUsage();
  await encoder.encode(pixels, { key: frames % 30 === 0, timestampUs: frames * 33_333 });
  const { user, system } = process.cpuUsage(before);
  // The first one opens what the others find open.
  if (frames > 0) spentUs += user + system;
  frames += 1;
}
await encoder.close();
await reader.close();
process.stdout.write(`${spentUs / 1000 / Math.max(1, frames - 1)}\n`);
