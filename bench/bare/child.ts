/**
 * One end of the bare chain: it maps its slots once and copies, nothing else. No sizes, values, counters, repeats or guards:
 * what is left is what this machine asks for a wake-up and a copy.
 */
import { nowUs } from '../../src/contract/clock.ts';
import { Histogram } from '../../src/contract/histogram.ts';
import type { MemoryRef } from '../../src/contract/protocol.ts';
import { mapSegment } from '../../src/runner/mapping.ts';
import type { Down, Task, Up } from './words.ts';

const task = JSON.parse(process.argv[2] ?? '') as Task;
const input = slotsOf(task.input);
const output = slotsOf(task.output);
const heap = new Uint8Array(task.role === 'source' ? task.bytes : 0).fill(99);
const hop = new Histogram();
const copy = new Histogram();
let frames = 0;
let late = 0;
let granted: number | null = null;
let waiting: number | null = null;

function slotsOf(ref: MemoryRef | null): Uint8Array[] {
  if (ref === null) return [];
  const buffer = mapSegment(ref);
  return Array.from(
    { length: Math.floor(ref.bytes / task.bytes) },
    (_, slot) => new Uint8Array(buffer, slot * task.bytes, task.bytes),
  );
}

const say = (message: Up): void => void process.send?.(message);

function publish(from: Uint8Array): void {
  const slot = granted;
  if (slot === null) return;
  granted = null;
  const startedUs = nowUs();
  output[slot]?.set(from);
  const atUs = nowUs();
  copy.record((atUs - startedUs) / 1000);
  frames += 1;
  say({ t: 'publish', slot, atUs });
}

function pass(slot: number): void {
  if (task.role === 'stage' && granted === null) {
    waiting = slot;
    return;
  }
  const from = input[slot];
  if (task.role === 'stage' && from !== undefined) publish(from);
  else frames += (from?.[0] ?? 0) === 99 ? 1 : 0;
  say({ t: 'take', release: slot });
}

function grant(slot: number): void {
  granted = slot;
  if (task.role === 'source' && task.rateHz === null) publish(heap);
  const held = waiting;
  waiting = null;
  if (held !== null) pass(held);
}

function tick(dueUs: number): void {
  const periodUs = 1e6 / (task.rateHz ?? 1);
  const now = nowUs();
  if (now < dueUs - 100) return void setTimeout(tick, Math.max(1, Math.round((dueUs - now) / 1000)), dueUs);
  if (now - dueUs > periodUs / 2) late += 1;
  publish(heap);
  const next = Math.max(dueUs + periodUs, now);
  setTimeout(tick, Math.max(1, Math.round((next - nowUs()) / 1000)), next);
}

process.on('message', (message: Down) => {
  switch (message.t) {
    case 'grant':
      return grant(message.slot);
    case 'frame':
      hop.record((nowUs() - message.atUs) / 1000);
      return pass(message.slot);
    case 'reset':
      hop.clear();
      copy.clear();
      frames = late = 0;
      return;
    case 'report':
      return say({
        t: 'report',
        frames,
        late,
        hopP50: hop.quantile(0.5),
        hopP99: hop.quantile(0.99),
        copyP50: copy.quantile(0.5),
      });
  }
});
process.on('disconnect', () => process.exit(0));
say({ t: 'hello' });
if (task.role === 'source' && task.rateHz !== null) tick(nowUs() + 300_000);
if (task.role !== 'source') say({ t: 'take', release: null });
