import { isDeepStrictEqual } from 'node:util';
import type { ControlChange, LoadValues } from '../../contract/call.ts';
import type { Clock } from '../../contract/clock.ts';
import type { Preset } from '../../contract/preset.ts';
import { Misfit } from '../misfit.ts';
import type { Stage } from '../stage.ts';
import type { StageSet } from '../stage-set.ts';

export interface WarmthDeps {
  readonly stages: () => StageSet;
  readonly clock: Clock;
  /** By id or name. */
  readonly find: (preset: string) => Preset | null;
  readonly emit: (change: ControlChange) => void;
}

/** The preset that may come next: the engine is told what each stage would have to be loaded with for it, and can begin. */
export class Warmth {
  readonly #deps: WarmthDeps;
  #preset: string | null = null;
  /** Stages that the engine was told of. */
  readonly #told = new Set<string>();

  constructor(deps: WarmthDeps) {
    this.#deps = deps;
  }

  /** By id or name; null where none is expected. */
  expect(preset: string | null): void {
    if (preset === this.#preset) return;
    this.#preset = preset;
    this.again();
  }

  /** Presets, stages or what plays are other ones. */
  again(): void {
    const { stages, clock, find, emit } = this.#deps;
    const preset = this.#preset === null ? null : find(this.#preset);
    for (const [node, stage] of stages().all) {
      const load = preset === null ? null : loadFor(stage, preset, clock());
      if (load === null && !this.#told.delete(node)) continue;
      if (load !== null) this.#told.add(node);
      emit({ kind: 'warm', node, load });
    }
  }
}

/** All load values of a stage as the preset would have them; null where it changes none. */
function loadFor(stage: Stage, { values }: Preset, atUs: number): LoadValues | null {
  const now = stage.loadValues(atUs);
  const then = { ...now };
  for (const entry of stage.parameters) {
    const kept = values[entry.address];
    if (!entry.spec.ui.load || kept === undefined) continue;
    const fitted = entry.fit(kept, 'coerce');
    if (!(fitted instanceof Misfit)) then[entry.spec.key] = entry.readAs(fitted);
  }
  return isDeepStrictEqual(now, then) ? null : then;
}
