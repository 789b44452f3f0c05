import type { Command, TransitionSettings } from '../../contract/command.ts';
import type { JsonValue } from '../../contract/json.ts';
import {
  pointLimit,
  pointsOf,
  promptClipSchema,
  promptTrackLimit,
  trackLimit,
  type Mark,
  type PromptClip,
  type Timeline,
} from '../../contract/timeline.ts';
import type { Entry, Ramp } from '../entry.ts';
import { staysOut } from '../presets/recall.ts';
import type { Deed } from '../witness.ts';
import type { PlayerDeps } from './player.ts';
import { isKept, punchIn } from './punch.ts';
import { Recorder } from './recorder.ts';
import { inOrder } from './score.ts';

type Deps = Pick<PlayerDeps, 'directory' | 'transition' | 'beats'>;

/** What came of a pass. */
interface Made {
  readonly timeline: Timeline;
  /** Nothing was put on the timeline before, since it was armed or changed by other means. */
  readonly first: boolean;
  /** Points that a grid put behind the place where the hand was, which has done them already. */
  readonly ahead: readonly (Mark | PromptClip)[];
}

/** From arming to arming: what hands do, as keyframes, clips and marks, and the timeline as it was before. */
export class Recording {
  armed = false;
  dropped = 0;
  readonly #deps: Deps;
  readonly #recorder = new Recorder();
  #ahead: (Mark | PromptClip)[] = [];
  #isFirst = true;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  arm(position: number): void {
    this.armed = true;
    this.#isFirst = true;
    this.begin(position);
  }

  disarm(): void {
    this.armed = false;
  }

  begin(position: number): void {
    this.#recorder.begin(position);
    this.#ahead = [];
  }

  /** The timeline was changed by other means: what is recorded from now on is taken back by itself. */
  part(): void {
    this.#isFirst = true;
  }

  release(address: string, at: number): void {
    this.#recorder.release(address, at);
  }

  /** The timeline with the pass that ends at a place, or null where nothing was done in it. */
  take(timeline: Timeline, to: number): Made | null {
    if (!this.armed || this.#recorder.isEmpty) return null;
    const first = this.#isFirst;
    this.#isFirst = false;
    return { timeline: inOrder(punchIn(timeline, this.#recorder.take(to))), ahead: this.#ahead, first };
  }

  note(deed: Deed, before: JsonValue, position: number, timeUs: number, timeline: Timeline): void {
    if (pointsOf(timeline) + this.#recorder.points >= pointLimit) {
      this.dropped += 1;
      return;
    }
    switch (deed.kind) {
      case 'press':
        return this.#mark({ kind: 'trigger', address: deed.entry.address }, position, timeline);
      case 'command':
        return this.#command(deed.command, position, timeline);
      case 'set':
        return this.#set(deed, before, position, timeUs, timeline);
    }
  }

  #set(
    { entry, value, ramp }: Extract<Deed, { kind: 'set' }>,
    before: JsonValue,
    position: number,
    timeUs: number,
    timeline: Timeline,
  ): void {
    const { address, spec, node } = entry;
    if (/^prompts?$|^prompts\/\d+\/text$/.test(spec.key)) {
      const transition = ramp === null ? this.#deps.transition(node) : transitionOf(ramp);
      return this.#clip(node, this.#promptsOf(node, timeUs), transition, position, timeline);
    }
    const present = ramp === null ? entry.read(timeUs) : value;
    if (staysOut(address) || !isKept(present))
      return this.#mark(
        { kind: 'set', address, value, ...(ramp === null ? {} : { ramp }) },
        position,
        timeline,
      );
    const track = this.#trackOf(entry, timeline);
    if (track === null) {
      this.dropped += 1;
      return;
    }
    const move = { address: track, spec, at: position, timeUs, value: present, base: before };
    if (ramp === null || !isKept(before)) return this.#recorder.move(move);
    const perSecond = timeline.unit === 'beats' ? this.#deps.beats.bpm / 60 : 1;
    const inUnit = ramp.unit === 'beats' ? timeline.unit === 'beats' : timeline.unit === 'seconds';
    const seconds = ramp.unit === 'beats' ? (ramp.duration * 60) / this.#deps.beats.bpm : ramp.duration;
    const length = inUnit ? ramp.duration : seconds * perSecond;
    this.#recorder.ramp(move, [
      { at: position, value: before, curve: ramp.curve },
      { at: position + length, value: present, curve: 'hold' },
    ]);
  }

  #command(command: Command, position: number, timeline: Timeline): void {
    if (command.kind === 'cancel' || command.kind === 'learn') return;
    if (command.kind !== 'prompt') return this.#mark(withoutTime(command), position, timeline);
    const { node, prompts, interpolation } = command;
    const transition = command.transition ?? this.#deps.transition(node);
    const mix = interpolation === undefined ? {} : { interpolation };
    this.#clip(node, { prompts, ...mix }, transition, position, timeline);
  }

  #clip(
    node: string | null,
    what: Pick<PromptClip, 'prompts' | 'interpolation'>,
    transition: TransitionSettings | null,
    position: number,
    timeline: Timeline,
  ): void {
    const isNew = !timeline.prompts.some((track) => track.node === node);
    if (isNew && timeline.prompts.length >= promptTrackLimit) {
      this.dropped += 1;
      return;
    }
    const at = onGrid(position, timeline);
    const clip = { at, ...what, ...(transition === null ? {} : { transition }) };
    if (at !== position) this.#putAhead(clip, position, timeline);
    this.#recorder.clip(node, clip);
  }

  #mark(command: Command, position: number, timeline: Timeline): void {
    const mark = { at: onGrid(position, timeline), name: '', command };
    if (mark.at !== position) this.#putAhead(mark, position, timeline);
    this.#recorder.mark(mark);
  }

  #putAhead(point: Mark | PromptClip, position: number, { loop }: Timeline): void {
    if (point.at > position || (loop.on && point.at === loop.from)) this.#ahead.push(point);
  }

  #promptsOf(node: string | null, timeUs: number): Pick<PromptClip, 'prompts'> {
    const entry = this.#deps.directory().find(node === null ? '/prompts' : `/${node}/prompts`);
    const parsed = promptClipSchema.shape.prompts.safeParse(entry?.read(timeUs));
    return { prompts: parsed.success ? parsed.data : [] };
  }

  /** The address of the track that plays a value, or would; null where there is no room for one. */
  #trackOf({ address }: Entry, { tracks }: Timeline): string | null {
    const named = tracks.find(
      (track) => track.address === address || this.#deps.directory().find(track.address)?.address === address,
    );
    if (named !== undefined) return named.address;
    const fresh = this.#recorder.addresses.filter((each) => !tracks.some((track) => track.address === each));
    return fresh.includes(address) || tracks.length + fresh.length < trackLimit ? address : null;
  }
}

function onGrid(position: number, { quantize, loop, length }: Timeline): number {
  if (quantize === 0) return position;
  const at = Math.round(position / quantize) * quantize;
  if (loop.on && position < loop.to && at >= loop.to) return loop.from;
  return length !== null && at > length ? position : at;
}

function transitionOf({ duration, unit, curve }: Ramp): TransitionSettings {
  return { duration, unit: unit ?? 'seconds', curve, interpolation: 'linear' };
}

function withoutTime(command: Command): Command {
  if (!('at' in command)) return command;
  const { at: _when, ...rest } = command;
  return rest;
}
