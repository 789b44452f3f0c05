/**
 * By hand, where an NDI runtime is installed: a painted picture goes out through it and comes back in, within this process.
 * Prints what came and how far its pixels are off, which NDI's codec makes a little more than nothing. Exits 1 where nothing came.
 *
 *   REVERIE_NDI_LIB=/path/to/libndi.so.6 npx tsx tests/by-hand/ndi.ts
 */
import { setTimeout as pause } from 'node:timers/promises';
import { probe, sink, source } from '../../adapters/ndi/run.ts';
import type { Frame } from '../../src/contract/frame.ts';
import { SinkDouble, SourceDouble } from '../conformance/contexts.ts';

const size = { width: 640, height: 360 };
const name = `reverie-by-hand-${process.pid}`;
const FRAMES = 90;

/** Smooth in all channels, so that a codec has no excuse. */
function paint(): Uint8Array {
  const pixels = new Uint8Array(size.width * size.height * 4);
  for (let y = 0; y < size.height; y += 1)
    for (let x = 0; x < size.width; x += 1)
      pixels.set(
        [(x * 255) / size.width, (y * 255) / size.height, 128, 255 - (x * 200) / size.width],
        (y * size.width + x) * 4,
      );
  return pixels;
}

function meanOff(sent: Uint8Array, { data }: Frame): readonly number[] {
  const sums = [0, 0, 0, 0];
  for (let i = 0; i < sent.length; i += 1)
    sums[i % 4] = (sums[i % 4] ?? 0) + Math.abs((sent[i] ?? 0) - (data[i] ?? 0));
  return sums.map((sum) => Number((sum / (sent.length / 4)).toFixed(2)));
}

const here = await probe();
console.log('runtime', here);
if (!here.available) process.exit(1);

const sent = paint();
const output = new SinkDouble({ name, frameRate: '30000/1001' });
const sending = sink.run(output);
await output.presenting();
const came: Frame[] = [];
const input = new SourceDouble({
  config: { name },
  onFrame: (frame) => came.push({ ...frame, data: frame.data.slice() }),
});
const receiving = source.run(input).catch((error: unknown) => console.log('the source ended:', error));
for (let n = 0; n < FRAMES; n += 1) {
  await output.show(size, sent);
  await pause(33);
}
input.controller.abort();
output.controller.abort();
await Promise.all([sending, receiving]);

const last = came.at(-1);
console.log('sent', FRAMES, 'came', came.length);
console.log('source', input.info);
console.log('output', output.info);
if (last === undefined) process.exit(1);
console.log('off by, in the mean of each channel of 0…255:', meanOff(sent, last));
process.exit(0);
