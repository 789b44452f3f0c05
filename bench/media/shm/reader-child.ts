/**
 * A host that reads: `reader-child.ts NAME`. Told `reset`, it begins to count; told `report`, it says how long after a frame was
 * written it knew of it, and what its own copy took, in histograms of milliseconds.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Bell } from '../../../adapters/shm/bell.ts';
import { bellPath, placeOf, ringFolder } from '../../../adapters/shm/place.ts';
import { RingReader } from '../../../adapters/shm/ring-reader.ts';
import { nowUs } from '../../../src/contract/clock.ts';
import { Histogram } from '../../../src/contract/histogram.ts';

const place = placeOf(ringFolder(), process.argv[2]);
const known = new Histogram();
const copied = new Histogram();
process.on('message', (word) => {
  if (word === 'report')
    process.send?.({ known: known.percentiles(), copied: copied.percentiles(), torn: reader.torn });
  known.clear();
  copied.clear();
});
process.on('disconnect', () => process.exit());

const reader = await opened();
reader.map();
const bell = new Bell(bellPath(place, reader.layout.id));
const pixels = new Uint8Array(reader.layout.width * reader.layout.height * 4);
const { signal } = new AbortController();
let sequence = 0;
process.send?.('reading');
for (;;) {
  await bell.next(0, 0, signal);
  const { newest } = reader.look();
  if (newest === null || newest.sequence === sequence) continue;
  const atUs = nowUs();
  known.record((atUs - newest.publishedUs) / 1000);
  sequence = reader.take(sequence, pixels)?.sequence ?? sequence;
  copied.record((nowUs() - atUs) / 1000);
}

async function opened(): Promise<RingReader> {
  for (;;) {
    try {
      return RingReader.open(place.path);
    } catch {
      await sleep(50);
    }
  }
}
