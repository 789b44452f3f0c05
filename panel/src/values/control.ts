import type { JsonValue } from '../../../src/contract/json.ts';
import type { ParameterSpec } from '../../../src/contract/parameter.ts';

/** What a widget shows and moves, whether it is played live or filled in first. */
export interface Control {
  /** Where it lies in the daemon; absent where it is a part of something else. */
  readonly address?: string;
  readonly spec: ParameterSpec;
  readonly value: JsonValue;
  /** Why the daemon refused the last value, or null. */
  readonly refusal: string | null;
  /** It is another than what plays, and waits to be confirmed. */
  readonly waits: boolean;
  set(value: JsonValue): void;
  /** While a hand is on it nothing else moves it. */
  hold(): void;
  letGo(): void;
  fire(): void;
}
