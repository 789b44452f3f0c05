import type { Strictness } from '../contract/command.ts';
import type { JsonValue } from '../contract/json.ts';
import { Misfit, outOfRange, quoted, wrongType } from './misfit.ts';
import type { Rule } from './rule.ts';

/**
 * The value as its parameter takes it, or why not. `coerce` (OSC, MIDI and other performers' protocols) bends and clamps what
 * can be understood; `reject` (REST, WebSocket) takes only what is right as it stands. Neither lets NaN or infinity pass.
 */
export function fit(
  rule: Rule,
  address: string,
  value: JsonValue,
  strictness: Strictness,
): JsonValue | Misfit {
  const given = strictness === 'coerce' && rule.spec.type !== 'list' ? loneItem(rule, value) : value;
  if (rule.accepts !== null)
    return rule.accepts(given) ? given : wrongType(address, given, 'what the schema describes');
  switch (rule.spec.type) {
    case 'number':
    case 'integer':
      return fitNumber(rule, address, given, strictness);
    case 'boolean':
    case 'trigger':
      return fitBoolean(address, given, strictness);
    case 'string':
      return fitText(rule, address, given, strictness);
    case 'enum':
      return fitChoice(rule, address, given, strictness);
    case 'color':
      return fitColor(rule, address, given, strictness);
    case 'list':
      return fitList(rule, address, given, strictness);
  }
}

function loneItem(rule: Rule, value: JsonValue): JsonValue {
  if (!Array.isArray(value) || value.length !== 1 || rule.accepts !== null) return value;
  return value[0] ?? null;
}

function fitNumber(
  rule: Rule,
  address: string,
  value: JsonValue,
  strictness: Strictness,
): JsonValue | Misfit {
  const whole = rule.spec.type === 'integer';
  const number = strictness === 'coerce' ? numberFrom(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number))
    return wrongType(address, value, whole ? 'a whole number' : 'a number');
  if (strictness === 'coerce') return unsigned(nearest(rule, whole ? Math.round(number) : number));
  if (whole && !Number.isSafeInteger(number)) return wrongType(address, value, 'a whole number');
  if (number < rule.minimum)
    return outOfRange(address, value, 'is below the minimum', rule.spec.minimum ?? rule.minimum);
  if (number > rule.maximum)
    return outOfRange(address, value, 'is above the maximum', rule.spec.maximum ?? rule.maximum);
  if (rule.multipleOf === null) return unsigned(number);
  const off = offGrid(number, rule.multipleOf);
  if (off > 1e-9) return outOfRange(address, value, 'is not a multiple of', rule.multipleOf);
  // What sums of such steps are off by is put right: the schema takes only what division leaves nothing of.
  return unsigned(off < Number.EPSILON ? number : nearest(rule, number));
}

// JSON has no negative zero, so a value must not be one thing here and another after it crossed to a runner.
function unsigned(number: number): number {
  return number === 0 ? 0 : number;
}

function numberFrom(value: JsonValue): JsonValue {
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'string' && value.trim() !== '') return Number(value);
  return value;
}

/** The number nearest to it that its parameter takes. */
export function nearest(rule: Rule, number: number): number {
  const inside = Math.min(Math.max(number, rule.minimum), rule.maximum);
  const step = rule.multipleOf;
  if (step === null) return rule.spec.type === 'integer' ? safeWhole(inside) : inside;
  const lowest = Number.isFinite(rule.minimum) ? Math.ceil(rule.minimum / step - 1e-9) : -Infinity;
  const highest = Number.isFinite(rule.maximum) ? Math.floor(rule.maximum / step + 1e-9) : Infinity;
  const onGrid = Math.min(Math.max(Math.round(inside / step), lowest), highest) * step;
  return Math.min(Math.max(onGrid, rule.minimum), rule.maximum);
}

function safeWhole(number: number): number {
  return Math.min(Math.max(number, Number.MIN_SAFE_INTEGER), Number.MAX_SAFE_INTEGER);
}

// Steps such as 0.1 have no exact binary form, so a multiple is judged by its distance to the grid, relative to its size.
function offGrid(number: number, step: number): number {
  const steps = number / step;
  return Math.abs(steps - Math.round(steps)) / Math.max(1, Math.abs(steps));
}

function fitBoolean(address: string, value: JsonValue, strictness: Strictness): JsonValue | Misfit {
  if (typeof value === 'boolean') return value;
  if (strictness === 'coerce') {
    // A toggle on a fader: the upper half is on.
    if (typeof value === 'number' && Number.isFinite(value)) return value >= 0.5;
    const word = typeof value === 'string' ? value.trim().toLowerCase() : '';
    if (word === 'true' || word === '1') return true;
    if (word === 'false' || word === '0') return false;
  }
  return wrongType(address, value, 'true or false');
}

function fitText(rule: Rule, address: string, value: JsonValue, strictness: Strictness): JsonValue | Misfit {
  const text =
    strictness === 'coerce' && (typeof value === 'number' || typeof value === 'boolean')
      ? String(value)
      : value;
  if (typeof text !== 'string') return wrongType(address, value, 'a text');
  if (text.length > rule.maxLength && strictness === 'reject') {
    return outOfRange(address, value, 'is longer than the maximum length', rule.maxLength);
  }
  const cut = text.length > rule.maxLength ? text.slice(0, rule.maxLength) : text;
  if (cut.length < rule.minLength)
    return outOfRange(address, value, 'is shorter than the minimum length', rule.minLength);
  if (rule.pattern !== null && !rule.pattern.test(cut)) {
    return outOfRange(address, value, 'does not match', rule.pattern.source);
  }
  return cut;
}

function fitChoice(
  rule: Rule,
  address: string,
  value: JsonValue,
  strictness: Strictness,
): JsonValue | Misfit {
  const exact = rule.choices.find((choice) => choice === value);
  if (exact !== undefined) return exact;
  if (strictness === 'coerce') {
    const name = typeof value === 'string' ? value.trim().toLowerCase() : null;
    const named = rule.choices.find((choice) => String(choice).toLowerCase() === name);
    if (named !== undefined) return named;
    const number = typeof value === 'number' || (name !== null && name !== '') ? Number(value) : Number.NaN;
    const index = Math.round(number);
    if (Number.isFinite(index) && rule.choices.length > 0) {
      return rule.choices[Math.min(Math.max(index, 0), rule.choices.length - 1)] ?? null;
    }
  }
  const wanted = `${address}: ${quoted(value)} is none of ${rule.choices.map(String).join(', ')}`;
  return new Misfit('E_VALUE_RANGE', wanted, { address, value: quoted(value), choices: [...rule.choices] });
}

const hexColor = /^#[0-9a-f]{6}$/i;

function fitColor(rule: Rule, address: string, value: JsonValue, strictness: Strictness): JsonValue | Misfit {
  const hex = strictness === 'coerce' ? hexFrom(value) : value;
  if (typeof hex === 'string' && hexColor.test(hex) && (rule.pattern?.test(hex.toLowerCase()) ?? true))
    return hex.toLowerCase();
  return wrongType(
    address,
    value,
    strictness === 'coerce' ? 'a colour: #rrggbb, or three numbers from 0 to 1' : 'a colour: #rrggbb',
  );
}

function hexFrom(value: JsonValue): JsonValue {
  if (typeof value === 'string') {
    const hex = value.startsWith('#') ? value : `#${value}`;
    // OSC's own colours have an alpha, which no picture here takes.
    return /^#[0-9a-f]{8}$/i.test(hex) ? hex.slice(0, 7) : hex;
  }
  if (!Array.isArray(value) || value.length < 3 || value.length > 4) return value;
  const channels = value.slice(0, 3).map(channelFrom);
  return channels.includes(null) ? value : `#${channels.join('')}`;
}

function channelFrom(value: JsonValue): string | null {
  const number = numberFrom(value);
  if (typeof number !== 'number' || !Number.isFinite(number)) return null;
  return Math.round(Math.min(Math.max(number, 0), 1) * 255)
    .toString(16)
    .padStart(2, '0');
}

function fitList(rule: Rule, address: string, value: JsonValue, strictness: Strictness): JsonValue | Misfit {
  const list = Array.isArray(value) ? value : strictness === 'coerce' && value !== null ? [value] : null;
  if (list === null) return wrongType(address, value, 'a list');
  if (list.length < rule.minItems)
    return outOfRange(address, value, 'has fewer items than the minimum', rule.minItems);
  if (list.length > rule.maxItems && strictness === 'reject') {
    return outOfRange(address, value, 'has more items than the maximum', rule.maxItems);
  }
  const fitted: JsonValue[] = [];
  for (const [index, item] of list.slice(0, rule.maxItems).entries()) {
    const itemRule = rule.items[index] ?? rule.rest;
    const taken =
      itemRule === null ? plainItem(address, item) : fit(itemRule, `${address}[${index}]`, item, strictness);
    if (taken instanceof Misfit) return taken;
    fitted.push(taken);
  }
  return fitted;
}

function plainItem(address: string, item: JsonValue): JsonValue | Misfit {
  return typeof item === 'number' && !Number.isFinite(item)
    ? wrongType(address, item, 'a finite number')
    : item;
}
