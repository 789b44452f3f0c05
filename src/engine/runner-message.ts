import { failure } from '../contract/error.ts';
import { isFrameSize, type Size } from '../contract/frame.ts';
import type { HistogramCounts } from '../contract/histogram.ts';
import type { ControlItem, FromRunner, NodeCounters } from '../contract/protocol.ts';
import type { NodeState } from '../contract/status.ts';

type Fits = (value: unknown) => boolean;
/** A check for each field, so that a new one cannot be forgotten. */
type Fields<T> = { readonly [Key in keyof T]-?: Fits };

const text: Fits = (value) => typeof value === 'string';
const number: Fits = (value) => typeof value === 'number';
const count: Fits = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const anything: Fits = () => true;
const record: Fits = (value) => isRecord(value);
const listOf =
  (fits: Fits): Fits =>
  (value) =>
    Array.isArray(value) && value.every(fits);
const orNull =
  (fits: Fits): Fits =>
  (value) =>
    value === null || fits(value);

function shaped<T>(fields: Fields<T>): Fits {
  const checks = Object.entries<Fits>(fields);
  return (value) => isRecord(value) && checks.every(([key, fits]) => fits(value[key]));
}

const states: Readonly<Record<NodeState, true>> = {
  starting: true,
  ready: true,
  live: true,
  'degraded-input': true,
  'degraded-inference': true,
  stalled: true,
  failed: true,
  off: true,
};
const state: Fits = (value) => typeof value === 'string' && Object.hasOwn(states, value);
const slot = { link: text, generation: count, slot: count };
const size: Fits = (value) => isRecord(value) && isFrameSize(value as unknown as Size);
const report = shaped({ code: text, message: text });
const item = shaped<ControlItem>({ address: text, args: Array.isArray, sender: text });
const histogram = shaped<HistogramCounts>({ counts: listOf(number), max: number });
const counters = shaped<NodeCounters>({
  framesIn: number,
  framesOut: number,
  ticks: number,
  repeats: number,
  skipped: number,
  hop: histogram,
  call: histogram,
  tickGap: histogram,
  age: histogram,
});

const messages: {
  readonly [T in FromRunner['t']]: Fields<Omit<Extract<FromRunner, { readonly t: T }>, 't'>>;
} = {
  hello: { v: anything },
  take: {
    node: text,
    epoch: number,
    port: text,
    count,
    release: listOf(shaped(slot)),
    want: orNull(size),
  },
  // A size that is none is refused by name, where it is asked for.
  resize: { node: text, epoch: number, burst: count, width: number, height: number },
  publish: { node: text, epoch: number, ptsUs: number, captureUs: number, publishedUs: number, ...slot },
  status: { node: text, epoch: number, state, error: orNull(report), info: record },
  event: { node: text, name: text, data: record },
  command: { node: text, batch: listOf(item) },
  reply: { id: number, result: anything, error: orNull(report) },
  stats: { node: text, epoch: number, stats: counters },
  log: { node: text, line: text, dropped: number },
  // JSON makes null of an endless deadline.
  busy: { node: text, what: text, deadlineMs: orNull(number) },
  pong: { at: number, rssBytes: number },
};
const checks: ReadonlyMap<unknown, readonly (readonly [string, Fits])[]> = new Map(
  Object.entries(messages).map(([t, fields]) => [t, Object.entries<Fits>(fields)]),
);

/**
 * Throws `E_RUNNER_PROTOCOL` where something that a runner sent is no message: its code is a stranger's, and so may be what it
 * sends. What is in values, replies and events is for those to check who read it.
 */
export function checkMessage(message: unknown): asserts message is FromRunner {
  const fields = isRecord(message) ? checks.get(message['t']) : undefined;
  if (fields === undefined || !isRecord(message))
    throw failure('E_RUNNER_PROTOCOL', `It sent ${excerpt(message)}, which is no message of the protocol`);
  for (const [key, fits] of fields)
    if (!fits(message[key]))
      throw failure(
        'E_RUNNER_PROTOCOL',
        `It sent a "${String(message['t'])}" whose ${key} is ${excerpt(message[key])}`,
      );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function excerpt(value: unknown): string {
  const shown = JSON.stringify(value) ?? 'missing';
  return shown.length > 100 ? `${shown.slice(0, 100)}…` : shown;
}
