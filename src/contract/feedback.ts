import type { JsonValue } from './json.ts';
import type { ParameterType } from './parameter.ts';

/**
 * How a control adapter's controllers follow the show. The adapter says by the event `feedback` what it wants; the daemon then
 * tells it by the request `values`, without waiting. Nothing crosses while nobody follows.
 */
export type FeedbackWish = {
  /** Whether changes are wanted from now on. */
  readonly changes: boolean;
  /** Whether all values are wanted now, once, for those who asked. */
  readonly all: boolean;
};

/** Sender as in `ValueChange`, so that nobody hears back what it moved. A list of three texts at `/NODE/status` is how a node is. */
export type ToldValue = [address: string, type: ParameterType, value: JsonValue, setBy: string | null];

export type FeedbackValues = {
  /** Null: what changed. `asked`: all values, for those who asked. `everybody`: all values, as after another graph. */
  readonly all: 'asked' | 'everybody' | null;
  readonly values: ToldValue[];
};
