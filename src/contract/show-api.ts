import type {
  Command,
  CommandResult,
  ParameterState,
  Rejection,
  Sender,
  SetResult,
  ValueChange,
} from './command.ts';
import type { ActivityApi } from './activity.ts';
import type { BindingApi } from './binding.ts';
import type { CueApi } from './cue.ts';
import type { ControlItem } from './protocol.ts';
import type { ErrorReport } from './error.ts';
import type { Graph } from './graph.ts';
import type { JsonValue } from './json.ts';
import type { ModulationApi } from './modulation.ts';
import type { ScheduleApi } from './schedule.ts';
import type { TempoApi } from './tempo.ts';
import type { TimelineApi } from './timeline.ts';
import type { PresetApi } from './preset.ts';
import type { ShowStore } from './show-store.ts';

export interface ShowStatus {
  /** The show file in use. */
  readonly file: string;
  /** Why another than the last state plays: a corrupt file, failed restores. Null while all is well. */
  readonly restored: ErrorReport | null;
  /** Why the last autosave failed, or null. */
  readonly save: ErrorReport | null;
}

/** What the rest of the daemon may ask of the control path. One verb layer; every protocol calls these. */
export interface ShowApi {
  graph(): Graph;
  /** Checks and applies a whole graph. Rejects with a coded error and changes nothing. */
  setGraph(graph: Graph, sender: Sender): Promise<Graph>;
  parameters(): readonly ParameterState[];
  parameter(address: string): ParameterState | null;
  /** Sets addresses one by one: each succeeds or fails by itself. Bare keys (`/strength`) are resolved. */
  set(values: Readonly<Record<string, JsonValue>>, sender: Sender): SetResult;
  /** All or nothing: where one is rejected, none is applied. */
  execute(commands: readonly Command[], sender: Sender): readonly CommandResult[];
  /** Input of performers' protocols: `/main/strength 0.4`, `/prompt "text"`, `/prompts/0/weight 0.5`, triggers; coerced and clamped. */
  play(items: readonly ControlItem[]): void;
  /** Changes since the last call of the listener, coalesced per address, at most 60 times a second. */
  subscribe(listener: (changes: readonly ValueChange[]) => void): () => void;
  /** What arrived lately, and what became of it. */
  readonly activity: ActivityApi;
  readonly presets: PresetApi;
  readonly cues: CueApi;
  readonly shows: ShowStore;
  /** What controllers play, and what they show of it. */
  readonly bindings: BindingApi;
  readonly tempo: TempoApi;
  /** Commands that wait for their time. */
  readonly schedule: ScheduleApi;
  readonly modulations: ModulationApi;
  readonly timeline: TimelineApi;
  rejections(): readonly Rejection[];
  status(): ShowStatus;
  close(): Promise<void>;
}
