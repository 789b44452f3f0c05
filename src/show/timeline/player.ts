import type { Clock } from '../../contract/clock.ts';
import type { Command, Sender, TransitionSettings } from '../../contract/command.ts';
import type { Mark, PromptClip, PromptTrack, Timeline } from '../../contract/timeline.ts';
import type { Directory } from '../directory.ts';
import type { Misfit } from '../misfit.ts';
import { addressed } from '../planner.ts';
import type { Timers } from '../timers.ts';
import { lastAt } from './evaluate.ts';
import { eventsOf, promptCommand, type ScoreEvent } from './score.ts';
import { TrackPlayer, timelineSender } from './track-player.ts';
import { Transport, type Beats, type Step } from './transport.ts';

/** Things that one look does at most. A loop full of commands goes on with the next one, in order, and holds up nothing else. */
const stepsPerLook = 256;

export interface PlayerDeps {
  readonly beats: Beats;
  readonly clock: Clock;
  readonly timers: Timers;
  /** What the addresses of the present graph mean. */
  directory(): Directory;
  /** Runs a command as of an instant; answers why it could not. */
  perform(command: Command, sender: Sender, atUs: number): Misfit | null;
  /** What is set at /transition, or null where the node has no prompts. */
  transition(node: string | null): TransitionSettings | null;
}

/** What the player tells of itself. */
export interface PlayerEar {
  missed(address: string, misfit: Misfit): void;
  /** It is about to go on at the start of the loop. */
  wrapped(atUs: number): void;
  /** It came to its end and stands still. */
  ended(atUs: number): void;
  /** A track took its value back from a hand at one of its keyframes. */
  released(address: string, at: number): void;
}

/**
 * Plays a timeline: values are evaluated when somebody looks, as glides are; prompts and commands happen once, as of the instant
 * they are due, in order. A timer looks where nobody else does.
 */
export class Player {
  readonly transport: Transport;
  readonly #deps: PlayerDeps;
  readonly #ear: PlayerEar;
  #prompts: readonly PromptTrack[] = [];
  #marks: readonly Mark[] = [];
  #events: readonly ScoreEvent[] = [];
  #tracks = new Map<string, TrackPlayer>();
  /** Happened by hand a moment before their place, so they are left out the first time. */
  #ahead: Set<ScoreEvent['point']> = new Set();
  #lookedUs = -Infinity;
  #looking = false;
  #cancel: (() => void) | null = null;

  constructor(timeline: Timeline, deps: PlayerDeps, ear: PlayerEar) {
    this.#deps = deps;
    this.#ear = ear;
    this.transport = new Transport(timeline, deps.beats);
  }

  get touched(): string[] {
    return [...this.#tracks.values()].filter((each) => each.isTouched).map(({ track }) => track.address);
  }

  /** A hand moved it: its track gives way. Answers whether it had the value until now. */
  touch(address: string, atUs: number): boolean {
    let gave = false;
    for (const [named, track] of this.#tracks) {
      if (named !== address && this.#deps.directory().find(named)?.address !== address) continue;
      gave ||= !track.isTouched;
      track.touch(atUs);
    }
    return gave;
  }

  /** Another timeline, its points in order. It plays on where it is. */
  take(timeline: Timeline, ahead: Iterable<ScoreEvent['point']>, atUs: number): void {
    this.look(atUs);
    const before = this.#tracks;
    this.#tracks = new Map(
      timeline.tracks.map((track) => [
        track.address,
        new TrackPlayer(track).succeed(before.get(track.address)),
      ]),
    );
    const { prompts, marks } = timeline;
    if (prompts !== this.#prompts || marks !== this.#marks) this.#events = eventsOf(timeline);
    this.#prompts = prompts;
    this.#marks = marks;
    this.#ahead = new Set(ahead);
    this.transport.take(timeline, this.#events, atUs);
    this.arm();
  }

  play(atUs: number): void {
    this.transport.play(atUs);
    this.#lookedUs = atUs;
    this.#hold(atUs);
    this.look(atUs);
    this.arm();
  }

  pause(atUs: number): void {
    this.transport.pause(atUs);
    this.arm();
  }

  /** Goes to a place, with the values and prompts that hold there. `done`: commands at the place are not run. */
  seek(position: number, atUs: number, done: boolean): void {
    this.transport.seek(position, atUs);
    if (done) this.transport.pass();
    this.#hold(atUs);
    this.arm();
  }

  /** Does what is due by now, and evaluates the values. */
  look(atUs: number): void {
    if (!this.transport.playing || this.#looking) return;
    const nowUs = Math.max(atUs, this.#lookedUs);
    this.#lookedUs = nowUs;
    this.#looking = true;
    let steps = 0;
    for (; steps < stepsPerLook; steps += 1) {
      const step = this.transport.step(nowUs);
      if (step === null) break;
      this.#act(step);
    }
    this.#playTracks(nowUs);
    this.#looking = false;
    if (steps > 0) this.arm();
  }

  /** The timer stands for what comes next. */
  arm(): void {
    this.#cancel?.();
    const nowUs = this.#deps.clock();
    const nextUs = this.transport.nextUs(nowUs);
    this.#cancel =
      nextUs === null
        ? null
        : this.#deps.timers(Math.max(1, Math.ceil((nextUs - nowUs) / 1e3)), () => {
            this.look(this.#deps.clock());
            this.arm();
          });
  }

  close(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  #act(step: Step): void {
    switch (step.kind) {
      case 'event':
        if (!this.#ahead.delete(step.event.point)) this.#perform(step.event.command, step.dueUs);
        return;
      case 'wrap':
        this.#ear.wrapped(step.dueUs);
        for (const track of this.#tracks.values()) track.release();
        this.#goOn(step.dueUs);
        return;
      case 'end':
        this.#ear.ended(step.dueUs);
    }
  }

  #perform(command: Command, atUs: number): void {
    const misfit = this.#deps.perform(command, timelineSender, atUs);
    if (misfit !== null) this.#ear.missed(addressed(command), misfit);
  }

  #playTracks(atUs: number): void {
    const position = this.transport.position(atUs);
    const timeOf = (place: number): number => this.transport.timeOf(place, atUs);
    for (const player of this.#tracks.values()) {
      const back = player.takeBack(position, timeOf);
      if (back !== null) this.#ear.released(player.track.address, back);
      const misfit = player.play(position, this.#deps.directory(), atUs);
      if (misfit !== null) this.#ear.missed(player.track.address, misfit);
    }
  }

  /** Everything is as it would be had it played until here. */
  #hold(atUs: number): void {
    const position = this.transport.position(atUs);
    for (const track of this.#tracks.values()) track.release();
    for (const track of this.#prompts) {
      const index = lastAt(track.clips, position);
      const clip = track.clips[index];
      if (clip !== undefined) this.#holdClip(track, clip, track.clips[index - 1], atUs);
    }
    this.#playTracks(atUs);
  }

  #holdClip(track: PromptTrack, clip: PromptClip, before: PromptClip | undefined, atUs: number): void {
    const transition = clip.transition ?? this.#deps.transition(track.node);
    const command = promptCommand(track, clip);
    const startUs = this.transport.timeOf(clip.at, atUs);
    const isOnItsWay = transition !== null && this.#lasts(transition, startUs, atUs);
    const cut = {
      ...transition,
      unit: 'seconds',
      curve: 'linear',
      interpolation: 'linear',
      duration: 0,
    } as const;
    if (!isOnItsWay) return this.#perform({ ...command, transition: cut }, atUs);
    if (before !== undefined) this.#perform({ ...promptCommand(track, before), transition: cut }, startUs);
    this.#perform(command, startUs);
  }

  #lasts({ duration, unit }: TransitionSettings, startUs: number, atUs: number): boolean {
    const { beats } = this.#deps;
    // How many calls there would have been by now, nobody knows.
    if (unit === 'steps') return startUs === atUs && duration > 0;
    const passed = unit === 'beats' ? beats.beatAt(atUs) - beats.beatAt(startUs) : (atUs - startUs) / 1e6;
    return passed < duration;
  }

  /** The prompts that hold where the loop begins come back, by their transitions. */
  #goOn(atUs: number): void {
    const position = this.transport.position(atUs);
    for (const track of this.#prompts) {
      const clip = track.clips[lastAt(track.clips, position)];
      if (clip !== undefined && clip.at < position) this.#perform(promptCommand(track, clip), atUs);
    }
  }
}
