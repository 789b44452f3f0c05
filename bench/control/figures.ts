import type { EchoedCall } from './playing.ts';
import type { SentValue } from './sender.ts';

/** Milliseconds from sending a value to the first call that has it, sorted; Infinity where it never came. */
export function latenciesMs(
  sent: readonly SentValue[],
  calls: readonly EchoedCall[],
  played: 'value' | 'fader' | 'knob',
): number[] {
  let at = 0;
  const latencies = sent.map(({ value, sentUs }) => {
    while (at < calls.length && (calls[at]?.[played] ?? 0) < value) at++;
    return ((calls[at]?.calledUs ?? Infinity) - sentUs) / 1000;
  });
  return latencies.sort((a, b) => a - b);
}

export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? NaN;
}

export function during(calls: readonly EchoedCall[], fromUs: number, untilUs: number): EchoedCall[] {
  return calls.filter(({ calledUs }) => calledUs >= fromUs && calledUs < untilUs);
}

/** Frames of the source that no call had. */
export function missedFrames(calls: readonly EchoedCall[]): number {
  return steps(calls, ({ sequence }) => sequence).reduce((missed, step) => missed + Math.max(0, step - 1), 0);
}

/** Share of the source's ticks that came more than half a period late; above 0.002 the machine was too busy to measure on. */
export function lateShare(calls: readonly EchoedCall[], rateHz: number): number {
  const periodUs = 1e6 / rateHz;
  const perFrame = calls.slice(1).map((call, index) => {
    const before = calls[index] ?? call;
    return (call.captureUs - before.captureUs) / Math.max(1, call.sequence - before.sequence);
  });
  return perFrame.filter((us) => us > periodUs * 1.5).length / Math.max(1, perFrame.length);
}

function steps(calls: readonly EchoedCall[], of: (call: EchoedCall) => number): number[] {
  return calls.slice(1).map((call, index) => of(call) - of(calls[index] ?? call));
}
