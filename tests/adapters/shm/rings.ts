import { randomBytes } from 'node:crypto';
import { nowUs } from '../../../src/contract/clock.ts';
import { placeOf, ringFolder, type Place } from '../../../adapters/shm/place.ts';
import { ownPidNamespace } from '../../../adapters/shm/pulse.ts';
import { RingWriter, type WriterDeps } from '../../../adapters/shm/ring-writer.ts';

/** A name that no other test and no program of this machine has. */
export function freshName(): string {
  return `test-${process.pid}-${randomBytes(6).toString('hex')}`;
}

/** A writer of this process, in a folder of the test's own or in the one that the adapter uses. */
export function writerOf(place: Place, more: Partial<WriterDeps> = {}): RingWriter {
  return new RingWriter(place, {
    pid: process.pid,
    pidNamespace: ownPidNamespace(),
    nowUs,
    newId: () => randomBytes(8).readBigUInt64LE() | 1n,
    ...more,
  });
}

/** Writes a picture of one value sixty times a second until `stop`. */
export function playing(name: string, size = { width: 64, height: 48 }): { readonly stop: () => void } {
  const writer = writerOf(placeOf(ringFolder(), name));
  const pixels = new Uint8Array(size.width * size.height * 4);
  let value = 0;
  const write = (): void => {
    const at = nowUs();
    writer.write(size, pixels.fill((value = (value + 1) % 256)), { ptsUs: at, captureUs: at });
  };
  write();
  const timer = setInterval(write, 1000 / 60);
  return {
    stop: () => {
      clearInterval(timer);
      writer.close();
    },
  };
}
