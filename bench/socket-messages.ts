/**
 * A million random and mutated messages into one session of the native protocol: each is answered, none takes long, and nothing
 * grows. Without a network, since what is judged is what a message may cost. What the machine takes away by itself is
 * measured before and after. JSON line with its verdict; exits 1 where it fails. `--quick` sends a tenth.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { stateReader } from '../src/server/routes/status.ts';
import { Sessions } from '../src/server/socket/sessions.ts';
import { emptyTally } from '../src/server/socket/tally.ts';
import { house } from '../tests/src/server/doubles.ts';
import { hostileMessage } from '../tests/support/hostile-messages.ts';

const MESSAGES = process.argv.includes('--quick') ? 100_000 : 1_000_000;
const SAMPLES = 20_000;
const QUIET_SECONDS = 5;
/** What may hold the event loop. */
const MOST_MS = 10;
const MOST_GROWTH_BYTES = 32e6;

const folder = mkdtempSync(join(tmpdir(), 'reverie-messages-'));
const deps = house(folder);
const tally = emptyTally();
const sessions = new Sessions({ ...deps, tally, read: stateReader(deps, tally) });
let answered = 0;
const voice = sessions.join({ send: () => void (answered += 1), waiting: () => 0, close: () => undefined });
const samples = fc.sample(hostileMessage, { numRuns: SAMPLES, seed: 7 });

/** xorshift32: the same run each time. */
let state = 0x9e3779b9;
function random(below: number): number {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) % below;
}

function mutated(text: string): string {
  const at = random(text.length + 1);
  return text.slice(0, at) + String.fromCharCode(32 + random(95)) + text.slice(at + random(3));
}

/** How often a loop that does next to nothing is held up for longer than a message may take. */
function stalls(): number {
  const until = performance.now() + QUIET_SECONDS * 1000;
  let count = 0;
  for (let before = performance.now(); before < until;) {
    const now = performance.now();
    if (now - before > MOST_MS) count += 1;
    before = now;
  }
  return count;
}

// What is compiled and cached on the way is there before anything is measured.
for (const text of samples) voice.receive(text);
answered = 0;
const refusedBefore = tally.badMessages;
globalThis.gc?.();
const heapBefore = process.memoryUsage().heapUsed;
const times = new Float64Array(MESSAGES);
let silent = 0;
const stallsBefore = stalls();
const started = performance.now();
for (let count = 0; count < MESSAGES; count += 1) {
  const sample = samples[count % SAMPLES] ?? '';
  const text = count % 2 === 0 ? sample : mutated(sample);
  const before = answered;
  const from = performance.now();
  voice.receive(text);
  times[count] = performance.now() - from;
  if (answered === before) silent += 1;
}
const seconds = (performance.now() - started) / 1000;
globalThis.gc?.();
const grown = process.memoryUsage().heapUsed - heapBefore;
sessions.close();
rmSync(folder, { recursive: true, force: true });

times.sort();
const overBound = times.filter((ms) => ms > MOST_MS).length;
const stolen = ((stallsBefore + stalls()) / (2 * QUIET_SECONDS)) * seconds;
// A few may meet a collection of garbage; a message that is too costly would be met each time.
const passed = silent === 0 && overBound <= 2 * stolen + MESSAGES / 20_000 && grown < MOST_GROWTH_BYTES;
process.stdout.write(
  `${JSON.stringify({
    bench: 'socket-messages',
    verdict: passed ? 'pass' : 'fail',
    messages: MESSAGES,
    perSecond: Math.round(MESSAGES / seconds),
    microsecondsEach: Number(((seconds / MESSAGES) * 1e6).toFixed(1)),
    refused: tally.badMessages - refusedBefore,
    unanswered: silent,
    p50Ms: times[MESSAGES / 2],
    p99Ms: times[Math.floor(MESSAGES * 0.99)],
    maxMs: times[MESSAGES - 1],
    over10Ms: overBound,
    over10MsStolen: Math.round(stolen),
    heapGrownMb: Number((grown / 1e6).toFixed(1)),
  })}\n`,
);
if (!passed) process.exitCode = 1;
