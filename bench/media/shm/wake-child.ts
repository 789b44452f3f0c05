/** Reads times of `nowUs` from its input, eight bytes each, and says at the end of it how long ago each was, as counts of a histogram of milliseconds. */
import { nowUs } from '../../../src/contract/clock.ts';
import { Histogram } from '../../../src/contract/histogram.ts';

const times = new Histogram();
process.stdin.on('data', (bytes: Buffer) => times.record((nowUs() - bytes.readDoubleLE()) / 1000));
process.stdin.on('end', () => process.send?.(times.counts(), () => process.disconnect()));
process.send?.('reading');
