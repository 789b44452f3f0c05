/** A host that writes: `writer-child.ts NAME WIDTH HEIGHT`, sixty frames a second. */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { placeOf, ringFolder } from '../../../adapters/shm/place.ts';
import { ownPidNamespace } from '../../../adapters/shm/pulse.ts';
import { RingWriter } from '../../../adapters/shm/ring-writer.ts';
import { nowUs } from '../../../src/contract/clock.ts';

const PERIOD_US = 1e6 / 60;
const [name, width, height] = process.argv.slice(2);
const size = { width: Number(width), height: Number(height) };
const writer = new RingWriter(placeOf(ringFolder(), name), {
  pid: process.pid,
  pidNamespace: ownPidNamespace(),
  nowUs,
  newId: () => randomBytes(8).readBigUInt64LE() | 1n,
});
process.on('disconnect', () => {
  writer.close();
  process.exit();
});

const pixels = new Uint8Array(size.width * size.height * 4);
for (let dueUs = nowUs(); ; dueUs = Math.max(dueUs + PERIOD_US, nowUs())) {
  await sleep(Math.max(0, (dueUs - nowUs()) / 1000));
  const at = nowUs();
  pixels.fill(at % 256);
  writer.write(size, pixels, { ptsUs: at, captureUs: at });
}
