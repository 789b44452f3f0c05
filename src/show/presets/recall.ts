import type { Morph } from '../../contract/command.ts';
import type { ErrorReport } from '../../contract/error.ts';
import type { JsonValue } from '../../contract/json.ts';
import type { Preset, PresetPrompts } from '../../contract/preset.ts';
import { isTrigger, type Entry, type Ramp, type Write } from '../entry.ts';
import { Misfit } from '../misfit.ts';
import type { PromptScope } from '../prompt-scope.ts';
import type { StageSet } from '../stage-set.ts';
import type { Switches } from './switches.ts';

export type WholeMorph = { readonly [Field in keyof Morph]-?: NonNullable<Morph[Field]> };
type Left = { readonly address: string; readonly error: ErrorReport };

export interface Recalled {
  /** Values and lists of prompts that were taken. */
  readonly applied: number;
  readonly left: readonly Left[];
}

/** Addresses that play presets themselves: in a preset they could call each other for ever. */
export function staysOut(address: string): boolean {
  return /^\/(preset|cue|favourites)(\/|$)/.test(address);
}

/**
 * Sends everything that a preset has on its way. Each value starts from where it is, so an interrupted morph goes on from there,
 * and a hand that moves one of them later has it for itself. What cannot be taken is answered and stops nothing else.
 */
export function recall(
  preset: Preset,
  morph: WholeMorph,
  { sender, atUs }: Pick<Write, 'sender' | 'atUs'>,
  stages: StageSet,
  switches: Switches,
): Recalled {
  const ramp: Ramp | null = morph.duration > 0 ? morph : null;
  const left: Left[] = [];
  let applied = 0;
  for (const [address, value] of Object.entries(preset.values)) {
    const entry = stages.directory.find(address);
    const taken = entry === null ? unknown(address) : fitting(entry, value);
    if (entry === null || taken instanceof Misfit) {
      if (taken instanceof Misfit) left.push({ address, error: taken.report });
      continue;
    }
    send(entry, taken, { sender, atUs, ramp }, switches);
    applied += 1;
  }
  if (preset.prompts === null) return { applied, left };
  const write = { sender, atUs, ramp: null };
  for (const { scope, address, prompts } of scopesOf(preset.prompts, stages)) {
    if (scope === null) {
      left.push({ address, error: unknown(address).report });
      continue;
    }
    play(scope, prompts, morph, write);
    applied += 1;
  }
  return { applied, left };
}

function fitting(entry: Entry, value: JsonValue): JsonValue | Misfit {
  if (!isTrigger(entry) && !staysOut(entry.address)) return entry.fit(value, 'coerce');
  const { address } = entry;
  return new Misfit('E_PRESET_ADDRESS', `${address} is not played by a preset`, { address });
}

function send(entry: Entry, value: JsonValue, write: Write, switches: Switches): void {
  switches.drop(entry);
  const { sender, atUs, ramp } = write;
  const present = entry.read(atUs);
  if (same(present, value) || entry.spec.ui.load || ramp === null)
    entry.apply(value, { sender, atUs, ramp: null });
  else if (entry.canRamp) entry.apply(value, write);
  else switches.add(entry, value, sender, ramp, atUs);
}

function* scopesOf(
  { house, nodes }: PresetPrompts,
  stages: StageSet,
): Iterable<{ scope: PromptScope | null; address: string; prompts: NonNullable<PresetPrompts['house']> }> {
  if (house !== null) yield { scope: stages.house, address: '/prompts', prompts: house };
  for (const [node, prompts] of Object.entries(nodes))
    yield { scope: stages.get(node)?.prompts ?? null, address: `/${node}/prompts`, prompts };
}

function play(
  scope: PromptScope,
  { prompts, interpolation, transition }: NonNullable<PresetPrompts['house']>,
  morph: WholeMorph,
  write: Write,
): void {
  if (transition !== undefined) scope.setTransition(transition, write);
  scope.setInterpolation(interpolation, write);
  const { duration, unit, curve } = morph;
  scope.replace(
    prompts,
    { duration, unit, curve, interpolation: scope.desk.transition.interpolation },
    write,
  );
}

function unknown(address: string): Misfit {
  return new Misfit('E_ADDRESS_UNKNOWN', `No parameter has the address ${address} now`, { address });
}

function same(a: JsonValue, b: JsonValue): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
