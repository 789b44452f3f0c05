import type { JsonValue } from '../../contract/json.ts';
import type { ParameterSpec } from '../../contract/parameter.ts';
import type { Keyframe, Mark, PromptClip } from '../../contract/timeline.ts';
import { Thinning } from './thinning.ts';

/** A value in a hand, from its first move until its track took it back. */
export interface Gesture {
  readonly from: number;
  readonly keyframes: readonly Keyframe[];
  /** The keyframe that took it back; null where none did. */
  readonly until: number | null;
}

export interface Lane {
  readonly address: string;
  readonly spec: ParameterSpec;
  /** What the value was before the first move. */
  readonly base: JsonValue;
  readonly gestures: readonly Gesture[];
}

/** What hands did in one pass of the position. */
export interface Take {
  readonly from: number;
  readonly to: number;
  readonly lanes: readonly Lane[];
  readonly clips: readonly { readonly node: string | null; readonly clip: PromptClip }[];
  readonly marks: readonly Mark[];
}

export interface Move {
  readonly address: string;
  readonly spec: ParameterSpec;
  readonly at: number;
  readonly timeUs: number;
  readonly value: Keyframe['value'];
  readonly base: JsonValue;
}

/** Points at most that joining a gesture to its track adds. */
const seams = 20;

interface OpenLane {
  readonly address: string;
  readonly spec: ParameterSpec;
  readonly base: JsonValue;
  readonly gestures: Gesture[];
  open: { readonly from: number; readonly line: Thinning } | null;
}

/** Listens while the timeline plays. Keeps keyframes, never moves: its memory is that of the timeline that comes of it. */
export class Recorder {
  #from = 0;
  readonly #lanes = new Map<string, OpenLane>();
  #clips: { node: string | null; clip: PromptClip }[] = [];
  #marks: Mark[] = [];

  /** A pass begins here. */
  begin(from: number): void {
    this.#from = from;
    this.#lanes.clear();
    this.#clips = [];
    this.#marks = [];
  }

  /** Points that the timeline may grow by, those that fit a gesture to what lies around it included. */
  get points(): number {
    let points = this.#clips.length + this.#marks.length;
    for (const { gestures, open } of this.#lanes.values()) {
      points += seams + (open?.line.keyframes.length ?? 0);
      for (const gesture of gestures) points += seams + gesture.keyframes.length;
    }
    return points;
  }

  /** What was moved. */
  get addresses(): string[] {
    return [...this.#lanes.keys()];
  }

  get isEmpty(): boolean {
    return this.#lanes.size + this.#clips.length + this.#marks.length === 0;
  }

  move({ address, spec, at, timeUs, value, base }: Move): void {
    const lane = this.#laneOf(address, spec, base);
    lane.open ??= { from: at, line: new Thinning(spec) };
    lane.open.line.add(at, value, timeUs);
  }

  /** Keyframes as they are: a ramp that was asked for. */
  ramp(move: Move, keyframes: readonly Keyframe[]): void {
    const lane = this.#laneOf(move.address, move.spec, move.base);
    this.#close(lane, move.at);
    lane.gestures.push({ from: move.at, keyframes, until: null });
  }

  /** A track took its value back at one of its keyframes. */
  release(address: string, until: number): void {
    const lane = this.#lanes.get(address);
    if (lane !== undefined) this.#close(lane, until);
  }

  clip(node: string | null, clip: PromptClip): void {
    this.#clips.push({ node, clip });
  }

  mark(mark: Mark): void {
    this.#marks.push(mark);
  }

  take(to: number): Take {
    for (const lane of this.#lanes.values()) this.#close(lane, null);
    const lanes = [...this.#lanes.values()];
    return { from: this.#from, to, lanes, clips: this.#clips, marks: this.#marks };
  }

  #laneOf(address: string, spec: ParameterSpec, base: JsonValue): OpenLane {
    const known = this.#lanes.get(address);
    if (known !== undefined) return known;
    const lane = { address, spec, base, gestures: [], open: null };
    this.#lanes.set(address, lane);
    return lane;
  }

  #close(lane: OpenLane, until: number | null): void {
    if (lane.open === null) return;
    lane.gestures.push({ from: lane.open.from, keyframes: lane.open.line.end(), until });
    lane.open = null;
  }
}
