import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SinkContext } from '../../src/contract/adapter.ts';
import { nowUs } from '../../src/contract/clock.ts';
import { claim } from './claim.ts';
import { sweepDead } from './leftovers.ts';
import { placeOf, ringFolder } from './place.ts';
import { ownPidNamespace, seesProcess } from './pulse.ts';
import { RingWriter } from './ring-writer.ts';

const BEAT_MS = 500;

/**
 * Writes what it is given under its name. Rejects with `E_SHM_TAKEN` while another writer lives there, `E_MEMORY_FULL` where there is
 * no room. A repeat is not written again: the reader has that frame, and the heartbeat says that the writer lives.
 */
export async function give(context: SinkContext): Promise<void> {
  const { signal } = context;
  const place = placeOf(ringFolder(), context.config['name']);
  const writer = new RingWriter(place, {
    pid: process.pid,
    pidNamespace: ownPidNamespace(),
    nowUs,
    newId: () => randomBytes(8).readBigUInt64LE() | 1n,
  });
  const beat = setInterval(() => writer.beat(), BEAT_MS);
  try {
    await claim(place, { sees: seesProcess, nowUs, wait: (ms) => sleep(ms, undefined, { signal }) });
    sweepDead(place.folder, seesProcess);
    context.want(null);
    await context.present(({ frame, repeat }) => {
      const before = writer.layout;
      if (repeat && before !== null) return;
      writer.write(frame, frame.data, frame);
      const { width, height } = frame;
      if (writer.layout !== before) context.describe({ width, height, format: 'rgba8', path: place.path });
    });
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    clearInterval(beat);
    writer.close();
  }
}
