import type { Rejection } from '../contract/command.ts';
import type { ControlItem } from '../contract/protocol.ts';
import { Activity } from './activity.ts';
import { Bindings } from './bindings/bindings.ts';
import { Commander } from './commander.ts';
import { ControlChanges } from './control-changes.ts';
import { Cues } from './cues.ts';
import type { Signals } from './entry.ts';
import { Favourites } from './favourites.ts';
import { Feed } from './feed.ts';
import { Glides } from './glides.ts';
import { Modulations } from './modulation/modulations.ts';
import { ObsLink } from './obs/obs-link.ts';
import type { ShowPart } from './part.ts';
import { Paused } from './paused.ts';
import { Presets } from './presets/presets.ts';
import { Warmth } from './presets/warmth.ts';
import { Recorder, type RecorderDeps } from './recorder.ts';
import { Rejections } from './rejections.ts';
import type { Schedule } from './schedule.ts';
import type { ShowDeps } from './show-deps.ts';
import { StageSet } from './stage-set.ts';
import { BeatClock } from './tempo.ts';
import { TempoPart } from './tempo/tempo-part.ts';
import { TimelinePart } from './timeline/timeline-part.ts';

/** What the instrument asks of the show around it. */
export interface InstrumentHost {
  /** Any node of the graph can be reloaded. */
  hasNode(node: string): boolean;
  reload(node: string): void;
  /** Something that is kept changed. */
  touched(): void;
}

/** Everything that is played: stages with their values and prompts, and the parts that move them, wired to each other. */
export class Instrument {
  readonly beats: BeatClock;
  readonly glides = new Glides();
  readonly feed: Feed;
  readonly control: ControlChanges;
  readonly activity: Activity;
  readonly paused: Paused;
  readonly tempo: TempoPart;
  readonly modulations: Modulations;
  readonly bindings: Bindings;
  readonly presets: Presets;
  readonly cues: Cues;
  readonly timeline: TimelinePart;
  readonly obs: ObsLink;
  /** Everything that has addresses of its own and a share of the show file. */
  readonly parts: readonly ShowPart[];
  readonly stages: StageSet;
  readonly commander: Commander;
  readonly #deps: ShowDeps;
  readonly #rejections: Rejections;
  readonly #warmth: Warmth;

  constructor(deps: ShowDeps, host: InstrumentHost) {
    const { clock, timers, log, wallClock } = deps;
    this.#deps = deps;
    this.beats = new BeatClock(clock());
    this.feed = new Feed(clock, timers, this.glides, log);
    this.control = new ControlChanges(timers);
    this.#rejections = new Rejections(wallClock);
    this.activity = new Activity({ clock, wallClock, rejections: this.#rejections });
    const signals = this.#signals(host);
    this.paused = new Paused(signals);
    this.tempo = this.#makeTempo(signals);
    this.modulations = this.#makeModulations(signals);
    this.bindings = this.#makeBindings(signals);
    this.cues = new Cues({
      signals,
      timers,
      execute: (commands, sender) => this.commander.execute(commands, sender),
    });
    this.presets = this.#makePresets(signals);
    this.timeline = this.#makeTimeline(signals);
    this.#warmth = this.#makeWarmth();
    this.obs = this.#makeObs(signals);
    this.beats.listen(() => this.timeline.retimed());
    const { paused, tempo, modulations, presets, cues, bindings, timeline } = this;
    this.parts = [
      paused,
      tempo,
      modulations,
      presets,
      cues,
      bindings,
      timeline,
      this.obs,
      new Favourites(signals),
      ...this.#makeRecorder(signals),
    ];
    const entries = this.parts.flatMap((part) => part.entries);
    this.stages = new StageSet(this.beats, signals, entries, this.modulations, (id) =>
      deps.catalog.pipeline(id),
    );
    this.commander = this.#makeCommander(host);
  }

  get schedule(): Schedule {
    return this.commander.schedule;
  }

  rejections(): readonly Rejection[] {
    return this.#rejections.list();
  }

  /** Everything that is due by now has happened. */
  settled(): number {
    const nowUs = this.#deps.clock();
    this.commander.runDue(nowUs);
    this.glides.settle(nowUs);
    return nowUs;
  }

  graphChanged(): void {
    this.bindings.graphChanged();
    this.#warmth.again();
  }

  close(): void {
    this.commander.close();
    for (const part of this.parts) part.close?.();
    this.feed.close();
    this.control.close();
  }

  #signals(host: InstrumentHost): Signals {
    return {
      glides: this.glides,
      tempo: this.beats,
      changed: (entry) => this.feed.changed(entry),
      touched: () => host.touched(),
      loadChanged: (node) => this.control.load(node),
      modeChanged: (node) => this.control.emit({ kind: 'mode', node }),
      pausedChanged: () => this.control.emit({ kind: 'paused' }),
    };
  }

  #makeTempo(signals: Signals): TempoPart {
    const { clock, timers, log } = this.#deps;
    return new TempoPart({
      beats: this.beats,
      clock,
      timers,
      signals,
      log,
      lookaheadChanged: () => this.schedule.lookaheadChanged(),
      cancelAll: (sender) => this.schedule.cancel(null, { id: sender, strictness: 'coerce' }),
    });
  }

  #makeModulations(signals: Signals): Modulations {
    return new Modulations({
      tempo: this.beats,
      clock: this.#deps.clock,
      signals,
      find: (address) => this.stages.directory.find(address),
      meteredChanged: () => this.obs.metersChanged(),
    });
  }

  #makeObs(signals: Signals): ObsLink {
    return new ObsLink({
      signals,
      expect: (preset) => this.#warmth.expect(preset),
      hasPreset: (preset) => this.presets.find(preset) !== null,
      metered: () => this.modulations.metered(),
      execute: (commands, sender) => this.commander.execute(commands, sender),
      activity: this.activity,
      prompt: () => String(this.stages.directory.find('/prompt')?.read(this.#deps.clock()) ?? ''),
      subscribe: (listener) => this.feed.subscribe(listener),
    });
  }

  #makeWarmth(): Warmth {
    const warmth = new Warmth({
      stages: () => this.stages,
      clock: this.#deps.clock,
      find: (preset) => this.presets.find(preset),
      emit: (change) => this.control.emit(change),
    });
    this.control.listen(({ kind }) => {
      if (kind === 'load') warmth.again();
    });
    return warmth;
  }

  #makeBindings(signals: Signals): Bindings {
    return new Bindings({
      ...this.#deps,
      signals,
      find: (address) => this.stages.directory.find(address),
      execute: (commands, sender) => this.commander.execute(commands, sender),
      refused: (sender, address, misfit) => this.activity.refused(sender, address, misfit),
      unbound: (sender, address, raw) => this.activity.event(sender, address, raw),
      subscribe: (listener) => this.feed.subscribe(listener),
    });
  }

  #makePresets(signals: Signals): Presets {
    const { clock, wallClock, picture, log } = this.#deps;
    return new Presets({
      stages: () => this.stages,
      signals,
      clock,
      wallClock,
      picture: picture ?? null,
      refused: (sender, address, misfit, value) => this.activity.refused(sender, address, misfit, value),
      recalled: (preset, sender) => this.obs.recalled(preset, sender),
      changed: () => this.#warmth.again(),
      log,
    });
  }

  #makeRecorder(signals: Signals): Recorder[] {
    const { recordings } = this.#deps;
    if (recordings === undefined) return [];
    const refused: RecorderDeps['refused'] = (sender, address, misfit) =>
      this.activity.refused(sender, address, misfit);
    return [new Recorder({ recordings, signals, refused })];
  }

  #makeTimeline(signals: Signals): TimelinePart {
    const { clock, timers } = this.#deps;
    return new TimelinePart({
      beats: this.beats,
      clock,
      timers,
      signals,
      directory: () => this.stages.directory,
      perform: (command, sender, atUs) => this.commander.perform(command, sender, atUs),
      transition: (node) => this.stages.scope(node)?.desk.transition ?? null,
      lead: () => this.tempo.state().lead,
    });
  }

  #makeCommander(host: InstrumentHost): Commander {
    const { clock, timers } = this.#deps;
    return new Commander({
      stages: this.stages,
      modulations: this.modulations,
      tempo: this.beats,
      clock,
      timers,
      lookahead: () => this.tempo.lookahead,
      quantize: () => this.tempo.quantize,
      activity: this.activity,
      hasNode: (node) => host.hasNode(node),
      reload: (node) => host.reload(node),
      controllerEvent: (item, atUs) => this.#hear(item, atUs),
      presets: this.presets,
      bindings: this.bindings,
      witness: this.timeline.witness,
    });
  }

  #hear(item: ControlItem, atUs: number): void {
    if (this.tempo.hear(item)) this.timeline.hear(item, atUs);
    else if (!this.modulations.hear(item, atUs)) this.bindings.hear(item, atUs);
  }
}
