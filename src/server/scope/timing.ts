import type { At, Command } from '../../contract/command.ts';
import type { JsonObject, JsonValue } from '../../contract/json.ts';
import type { ControlItem } from '../../contract/protocol.ts';
import { isObject } from './translate.ts';

const grids = new Map<JsonValue, At>([
  ['none', 'now'],
  ['beat', 'beat'],
  ['bar', 'bar'],
  ['2_bar', '2-bars'],
  ['4_bar', '4-bars'],
]);

/** What a client said of times and waves, apart from the values in the same message. */
export interface Timing {
  /** Null where it said nothing of it. */
  readonly quantize: At | null;
  readonly lookaheadMs: number | null;
  readonly modulations: JsonObject | null;
  /** These values are to wait for the grid. */
  readonly quantized: boolean;
  /** The rest of the message, with what could not be understood. */
  readonly values: JsonObject;
}

export function readTiming(message: JsonObject): Timing {
  const { quantize_mode, lookahead_ms, modulations, _quantized, ...values } = message;
  const quantize = grids.get(quantize_mode ?? null) ?? null;
  const lookaheadMs = typeof lookahead_ms === 'number' && lookahead_ms >= 0 ? lookahead_ms : null;
  const waves = isObject(modulations) ? modulations : null;
  return {
    quantize,
    lookaheadMs,
    modulations: waves,
    quantized: _quantized === true,
    values: {
      ...values,
      ...(quantize === null && quantize_mode !== undefined ? { quantize_mode } : {}),
      ...(lookaheadMs === null && lookahead_ms !== undefined ? { lookahead_ms } : {}),
      ...(waves === null && modulations !== undefined ? { modulations } : {}),
    },
  };
}

/** Values as commands that wait. `/paused` never does. */
export function waiting(items: readonly ControlItem[], at: At): Command[] {
  return items.map(({ address, args }) => {
    const [value] = args;
    if (value === undefined) return { kind: 'trigger', address, at };
    return { kind: 'set', address, value, ...(address === '/paused' ? {} : { at }) };
  });
}
