import {
  bindingMapSchema,
  bindingSchema,
  MOST_BINDINGS,
  type Binding,
  type NewBinding,
} from '../../contract/binding.ts';
import { eventAddress, type ControlSource } from '../../contract/control-event.ts';
import { failure } from '../../contract/error.ts';
import { readJson } from '../../contract/read-json.ts';
import { highestRaw } from './raw.ts';

/** Gives ids that none of `beside` has. Throws `E_BINDING_INVALID`. */
export function named(bindings: readonly NewBinding[], beside: readonly Binding[]): Binding[] {
  if (bindings.length + beside.length > MOST_BINDINGS)
    throw failure('E_BINDING_INVALID', `A show has at most ${MOST_BINDINGS} bindings`, {
      limit: MOST_BINDINGS,
    });
  for (const binding of bindings) checkRange(binding);
  let last = Math.max(0, ...beside.map(({ id }) => Number(/^b(\d{1,9})$/.exec(id)?.[1] ?? 0)));
  return bindings.map((binding) => ({ id: `b${(last += 1)}`, ...binding }));
}

/** A binding with other fields. Throws `E_BINDING_INVALID`. */
export function changed(present: Binding, fields: Readonly<Record<string, unknown>>): Binding {
  const { id } = present;
  const parsed = bindingSchema.safeParse({ ...present, ...fields, id });
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw failure('E_BINDING_INVALID', `${(issue?.path ?? []).join('.')}: ${issue?.message ?? ''}`, { id });
  }
  checkRange(parsed.data);
  return parsed.data;
}

/** The bindings of a map; `device` stands in for the one it names. Throws `E_BINDING_MAP`. */
export function readMap(text: string, device: string | null): NewBinding[] {
  const read = readJson(text, bindingMapSchema);
  if (read.fault !== null) {
    const { message, line, column, field } = read.fault;
    throw failure('E_BINDING_MAP', `The map: ${message}`, { line, column, field });
  }
  return read.value.bindings.map((binding) =>
    device === null ? binding : { ...binding, source: { ...binding.source, device } },
  );
}

function checkRange({ source, only }: NewBinding): void {
  if (only === null || only <= highestRaw(source.kind)) return;
  throw failure('E_BINDING_INVALID', `only: ${source.kind} goes to ${highestRaw(source.kind)}`, { only });
}

function sameSource(a: ControlSource, b: ControlSource): boolean {
  return eventAddress(a) === eventAddress(b);
}

/** One control in one bank. */
export function sameControl(a: NewBinding, b: NewBinding): boolean {
  return sameSource(a.source, b.source) && a.bank === b.bank && a.only === b.only;
}

/** A move of the control plays both. */
export function overlaps(a: NewBinding, b: NewBinding): boolean {
  const banks = a.bank === null || b.bank === null || a.bank === b.bank;
  const values = a.only === null || b.only === null || a.only === b.only;
  return banks && values && sameSource(a.source, b.source);
}

export function sameTarget(a: NewBinding, b: NewBinding): boolean {
  return JSON.stringify(a.target) === JSON.stringify(b.target);
}
