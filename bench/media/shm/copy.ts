import { closeSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { mapFile, type Mapping } from '../../../adapters/shm/mapping.ts';
import { ringFolder } from '../../../adapters/shm/place.ts';
import { Histogram } from '../../../src/contract/histogram.ts';

const SLOTS = 3;
const PERIOD_MS = 1000 / 60;

/** What a bare memcpy of one frame takes at 60 frames a second, from one shared mapping into another, milliseconds. */
export async function bareCopy(frameBytes: number, copies: number): Promise<Histogram> {
  const [from, to] = [mapped('from', SLOTS * frameBytes), mapped('to', SLOTS * frameBytes)];
  const times = new Histogram();
  for (let n = 0; n < copies; n++) {
    const start = (n % SLOTS) * frameBytes;
    const source = from.bytes.subarray(start, start + frameBytes);
    const startedMs = performance.now();
    to.bytes.set(source, start);
    times.record(performance.now() - startedMs);
    await sleep(PERIOD_MS);
  }
  for (const mapping of [from, to]) mapping.unmap();
  return times;
}

function mapped(name: string, bytes: number): Mapping {
  const path = join(ringFolder(), `reverie-bench-${process.pid}-${name}`);
  const fd = openSync(path, 'wx+', 0o600);
  unlinkSync(path);
  writeSync(fd, Buffer.alloc(bytes, 1));
  const mapping = mapFile(fd, bytes, 'write');
  closeSync(fd);
  if (mapping === null) throw new Error('This system maps no files, so there is nothing to compare with');
  return mapping;
}
