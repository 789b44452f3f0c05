import type { Clock } from '../../contract/clock.ts';
import { readEventAddress } from '../../contract/control-event.ts';
import type { JsonValue } from '../../contract/json.ts';
import {
  modulationSchema,
  type Modulation,
  type ModulationApi,
  type ModulationState,
} from '../../contract/modulation.ts';
import type { ControlItem } from '../../contract/protocol.ts';
import type { Entry, Signals, Write } from '../entry.ts';
import { nearest } from '../fit.ts';
import { Misfit } from '../misfit.ts';
import { ParameterEntry } from '../parameter-entry.ts';
import type { ShowPart } from '../part.ts';
import type { ShowFile } from '../show-file.ts';
import type { Stage, StageValues } from '../stage.ts';
import type { BeatClock } from '../tempo.ts';
import { Follower, isMetered } from './follower.ts';
import { isField, LfoEntry, lfoFields, type LfoHome } from './lfo-entries.ts';
import { Lfo } from './lfo.ts';

interface Wave {
  lfo: Lfo | Follower;
  setBy: string | null;
}

interface Deps {
  readonly tempo: Pick<BeatClock, 'at'>;
  readonly clock: Clock;
  readonly signals: Pick<Signals, 'changed' | 'touched'>;
  /** The parameter at an address of the present graph. */
  find(address: string): Entry | null;
  /** Other inputs of OBS are listened to. */
  meteredChanged(): void;
}

/**
 * Waves on parameters, by address. They are laid on the values when a call is sampled and nowhere else: what the hand set stays
 * as it is. Waves of parameters that are not there are kept for when they come back.
 */
export class Modulations implements ShowPart, ModulationApi, LfoHome {
  readonly entries: readonly Entry[] = [];
  readonly #deps: Deps;
  readonly #waves = new Map<string, Wave>();
  readonly #entries = new Map<string, LfoEntry>();

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** A stage's values with its waves; the very same object where there are none. */
  play(stage: Stage, values: StageValues, atUs: number): StageValues {
    if (this.#waves.size === 0) return values;
    let played: Record<string, JsonValue> | null = null;
    for (const entry of stage.parameters) {
      const wave = this.#waves.get(entry.address);
      if (wave === undefined || !isPlaying(wave.lfo.settings) || !canWave(entry)) continue;
      const { key } = entry.rule.spec;
      played ??= { ...values };
      played[key] = waved(entry, values[key] ?? null, wave.lfo, atUs);
    }
    return played ?? values;
  }

  /** What a parameter is played with, or undefined where no wave modulates it. */
  played(entry: Entry, atUs: number): JsonValue | undefined {
    const wave = this.#waves.get(entry.address);
    if (wave === undefined || !isPlaying(wave.lfo.settings) || !canWave(entry)) return undefined;
    return waved(entry, entry.read(atUs), wave.lfo, atUs);
  }

  list(): readonly ModulationState[] {
    const nowUs = this.#deps.clock();
    return Array.from(this.#waves, ([address, { lfo }]) => {
      const entry = this.#deps.find(address);
      const isThere = entry !== null && canWave(entry);
      const base = isThere ? entry.read(nowUs) : null;
      const played = isThere ? (this.played(entry, nowUs) ?? base) : null;
      return { address, modulation: lfo.settings, base, played };
    });
  }

  /** Why a parameter can have no wave. */
  refusal(entry: Entry): Misfit | null {
    if (canWave(entry)) return null;
    return new Misfit(
      'E_MODULATION_ADDRESS',
      `${entry.address} cannot be modulated: only numbers that have a range and say they are modulatable can`,
      { address: entry.address },
    );
  }

  /** Puts a wave on a parameter that was found good, or with null takes it off. */
  put(address: string, modulation: Modulation | null, sender: string, atUs: number): void {
    const wave = this.#waves.get(address);
    const entries = this.#listed(address);
    const before = this.metered().join();
    if (modulation === null) this.#waves.delete(address);
    else if (wave === undefined)
      this.#waves.set(address, { lfo: this.#made(address, modulation, atUs), setBy: sender });
    else {
      wave.lfo = this.#changed(wave.lfo, address, modulation, atUs);
      wave.setBy = sender;
    }
    if (this.metered().join() !== before) this.#deps.meteredChanged();
    for (const entry of entries) this.#deps.signals.changed(entry);
    this.#deps.signals.touched();
  }

  /** `/main/strength/lfo/depth`, whether the parameter has a wave by now or not; null where it can have none. */
  find(address: string, parameter: (address: string) => Entry | null): Entry | null {
    const at = address.lastIndexOf('/lfo/');
    if (at < 0) return null;
    const field = address.slice(at + '/lfo/'.length);
    const entry = isField(field) ? parameter(address.slice(0, at)) : null;
    return entry === null || !isField(field) || !canWave(entry) ? null : this.#entry(entry, field);
  }

  /** Addresses of the waves that there are, on a parameter. */
  listed(entry: Entry): readonly Entry[] {
    return this.#waves.has(entry.address) ? this.#listed(entry.address) : [];
  }

  settings(address: string): Modulation | null {
    return this.#waves.get(address)?.lfo.settings ?? null;
  }

  setBy(address: string): string | null {
    return this.#waves.get(address)?.setBy ?? null;
  }

  change(address: string, change: Parameters<LfoHome['change']>[1], write: Write): void {
    const settings = modulationSchema.parse({ ...this.settings(address), ...change });
    this.put(address, settings, write.sender, write.atUs);
  }

  kept(): Pick<ShowFile, 'modulations'> {
    return {
      modulations: Object.fromEntries(
        Array.from(this.#waves, ([address, { lfo }]) => [address, lfo.settings]),
      ),
    };
  }

  restore({ modulations }: ShowFile): void {
    const touched = new Set([...this.#waves.keys(), ...Object.keys(modulations)]);
    this.#waves.clear();
    const nowUs = this.#deps.clock();
    for (const [address, settings] of Object.entries(modulations))
      this.#waves.set(address, { lfo: this.#made(address, settings, nowUs), setBy: 'show' });
    this.#deps.meteredChanged();
    for (const address of touched)
      for (const entry of this.#listed(address)) this.#deps.signals.changed(entry);
  }

  /** Inputs of OBS that move something now. */
  metered(): readonly string[] {
    const inputs = Array.from(this.#waves.values(), ({ lfo: { settings } }) =>
      isMetered(settings) && isPlaying(settings) ? [settings.meter.input] : [],
    );
    return [...new Set(inputs.flat())].sort();
  }

  /** Levels of inputs, which no binding plays; false where it is something else. */
  hear({ address, args }: Pick<ControlItem, 'address' | 'args'>, atUs: number): boolean {
    const source = readEventAddress(address);
    if (source?.protocol !== 'obs') return false;
    const [db] = args;
    if (source.kind === 'level' && typeof db === 'number')
      for (const { lfo } of this.#waves.values())
        if (lfo instanceof Follower) lfo.hear(source.device, db, atUs);
    return true;
  }

  #made(address: string, settings: Modulation, atUs: number): Lfo | Follower {
    return isMetered(settings)
      ? new Follower(settings, atUs)
      : new Lfo(address, settings, this.#deps.tempo, atUs);
  }

  /** What moved it goes on, or something of the other kind takes its place. */
  #changed(mover: Lfo | Follower, address: string, settings: Modulation, atUs: number): Lfo | Follower {
    if (isMetered(settings)) {
      if (!(mover instanceof Follower)) return new Follower(settings, atUs);
      mover.set(settings, atUs);
    } else {
      if (!(mover instanceof Lfo)) return new Lfo(address, settings, this.#deps.tempo, atUs);
      mover.set(settings, atUs);
    }
    return mover;
  }

  #listed(address: string): readonly Entry[] {
    const entry = this.#deps.find(address);
    return entry === null ? [] : lfoFields.map((field) => this.#entry(entry, field));
  }

  #entry(parameter: Entry, field: (typeof lfoFields)[number]): LfoEntry {
    const address = `${parameter.address}/lfo/${field}`;
    const known = this.#entries.get(address);
    if (known !== undefined) return known;
    const made = new LfoEntry(parameter, field, this);
    this.#entries.set(address, made);
    return made;
  }
}

function isPlaying({ enabled, depth }: Modulation): boolean {
  return enabled && depth > 0;
}

function canWave(entry: Entry): entry is ParameterEntry {
  if (!(entry instanceof ParameterEntry)) return false;
  const { spec, minimum, maximum } = entry.rule;
  const isNumber = spec.type === 'number' || spec.type === 'integer';
  return isNumber && spec.ui.modulatable && !spec.ui.load && Number.isFinite(maximum - minimum);
}

function waved(entry: ParameterEntry, base: JsonValue, lfo: Lfo | Follower, atUs: number): JsonValue {
  if (typeof base !== 'number') return base;
  const { rule } = entry;
  const sum = base + lfo.at(atUs) * (rule.maximum - rule.minimum);
  return nearest(rule, rule.spec.type === 'integer' ? Math.round(sum) : sum);
}
