import type { JsonValue } from './json.ts';
import type { PromptMix } from './prompt.ts';

/** What a person may ask for; `auto` is video while an input is live. */
export type RequestedMode = 'text' | 'video' | 'auto';
export type Mode = 'text' | 'video';

/** Musical time at the moment of a call. */
export interface Tempo {
  readonly bpm: number;
  /**
   * Beats since the one that began bar 0, with fraction. A change of tempo never makes it jump; a tap, a resync and the start
   * of a MIDI clock do. Below 0 where that beat is still to come.
   */
  readonly beat: number;
  /** Bars since then, whole. */
  readonly bar: number;
  /** 0..1 inside the beat. */
  readonly phase: number;
  readonly beatsPerBar: number;
  /** False once the music was stopped. The beat goes on all the same. */
  readonly playing: boolean;
}

/** Everything a call is played with, evaluated for one instant when its frame is handed out. */
export interface CallValues {
  /** Parameter values by bare key, load parameters included. */
  readonly values: Readonly<Record<string, JsonValue>>;
  readonly prompt: PromptMix;
  /** How often each trigger parameter was fired since the show started; a pipeline acts on the difference. */
  readonly triggers: Readonly<Record<string, number>>;
  readonly tempo: Tempo;
  readonly mode: Mode;
  /** The instant the values are for, monotonic microseconds. */
  readonly timeUs: number;
}

/** Values of all parameters of a stage that are marked `load`, by bare key. */
export type LoadValues = Readonly<Record<string, JsonValue>>;

/** Values a stage is sampled from. Implemented by the show, read by the engine; the two rooms meet here. */
export interface ValueSource {
  sample(node: string, atUs: number, mode: Mode): CallValues;
  loadValues(node: string): LoadValues;
  /** The code said no to new load values and the old runner plays on: what it was loaded with holds again. By bare key. */
  loadRefused(node: string, playing: Readonly<Record<string, JsonValue>>): void;
  requestedMode(node: string): RequestedMode;
  paused(): boolean;
  /** The engine tells which mode a node is in now, so that mode defaults show in the parameters. */
  modeResolved(node: string, mode: Mode): void;
  onControl(listener: (change: ControlChange) => void): () => void;
}

export type ControlChange =
  | { readonly kind: 'paused' }
  | { readonly kind: 'mode'; readonly node: string }
  | { readonly kind: 'load'; readonly node: string }
  /** The stage may soon be asked for these load values, or no longer (null). */
  | { readonly kind: 'warm'; readonly node: string; readonly load: LoadValues | null };
