import { failure } from '../../contract/error.ts';
import { readEventAddress } from '../../contract/control-event.ts';
import type { JsonValue } from '../../contract/json.ts';
import type { ControlItem } from '../../contract/protocol.ts';
import type { TempoLead } from '../../contract/tempo.ts';
import {
  pointsOf,
  timelineFault,
  timelineSchema,
  type Timeline,
  type TimelineApi,
  type TimelinePatch,
  type TimelineState,
} from '../../contract/timeline.ts';
import { followSender } from '../cues.ts';
import type { Signals } from '../entry.ts';
import type { Glider } from '../glides.ts';
import type { OwnEntry, OwnTrigger, ValueHome } from '../own-entry.ts';
import { Pacer } from '../pacer.ts';
import { PartPrinter } from '../part-printer.ts';
import type { ShowPart } from '../part.ts';
import type { ShowFile } from '../show-file.ts';
import type { Deed, Witness } from '../witness.ts';
import { Misses } from './misses.ts';
import { patched } from './patch.ts';
import { Player, type PlayerDeps } from './player.ts';
import { Recording } from './recording.ts';
import { inOrder } from './score.ts';
import { timelineEntries, type TimelineEntries } from './timeline-entries.ts';
import { timelineSender } from './track-player.ts';

/** Those who show the position go on from it by themselves; ten times a second keeps them right. */
const tellUs = 100_000;
/** News of several things that happen together are told once. */
const newsMs = 50;
/** Changes and recordings that can be taken back. Timelines share what did not change between them. */
const mostPast = 20;

interface Deps extends PlayerDeps {
  /** Who gives the beat. */
  lead(): TempoLead;
  readonly signals: Pick<Signals, 'changed' | 'touched' | 'glides'>;
}

/** The timeline of the show: what it is, where it is, who may change it. */
export class TimelinePart implements ShowPart, TimelineApi, Glider {
  readonly entries: readonly (OwnEntry | OwnTrigger)[];
  readonly #deps: Deps;
  readonly #own: TimelineEntries;
  readonly #player: Player;
  readonly #recording: Recording;
  readonly #misses = new Misses();
  readonly #printer: PartPrinter;
  #timeline: Timeline = timelineSchema.parse({});
  /** What `undo` goes back to, the newest last. */
  #past: readonly Timeline[] = [];
  #revision = 0;
  #toldUs = -Infinity;
  readonly #listeners = new Set<(state: TimelineState) => void>();
  #telling: (() => void) | null = null;
  /** Something is being done already: what follows from it is not the hand's. */
  #within = false;

  constructor(deps: Deps) {
    this.#deps = deps;
    this.#printer = new PartPrinter({
      parts: { tracks: 'each', prompts: 'each', marks: 'whole' },
      indent: 0,
      pacer: new Pacer(deps.clock),
    });
    this.#recording = new Recording(deps);
    this.#player = new Player(this.#timeline, deps, {
      missed: (address, misfit) => this.#misses.note(address, misfit),
      wrapped: (atUs) => this.#passEnded(this.#timeline.loop.to, this.#timeline.loop.from, atUs),
      ended: (atUs) => this.#stopped(atUs),
      released: (address, at) => {
        this.#recording.release(address, at);
        this.#news();
      },
    });
    this.#own = timelineEntries(this.#home(), deps.signals);
    this.entries = this.#own.all;
  }

  read(): Timeline {
    return this.#timeline;
  }

  print(timeline: Timeline): Promise<string> {
    return this.#printer.print(timeline);
  }

  state(): TimelineState {
    const timeUs = this.#deps.clock();
    this.#player.look(timeUs);
    const { transport } = this.#player;
    return {
      playing: transport.playing,
      position: transport.position(timeUs),
      timeUs,
      perSecond: transport.perSecond,
      recording: this.#recording.armed,
      touched: this.#player.touched,
      missing: this.#misses.list(),
      dropped: this.#recording.dropped,
      undo: this.#past.length > 0,
      points: pointsOf(this.#timeline),
      revision: this.#revision,
    };
  }

  subscribe(listener: (state: TimelineState) => void): () => void {
    const own = (state: TimelineState): void => listener(state);
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  replace(timeline: Timeline): Timeline {
    const fault = timelineFault(timeline);
    if (fault !== null) {
      const place = fault.path.join('.');
      throw failure('E_TIMELINE_INVALID', `${place === '' ? 'The timeline' : place}: ${fault.problem}`, {
        field: place,
      });
    }
    this.#recording.part();
    this.#keepPast();
    this.#put(inOrder(timeline), [], this.#deps.clock());
    return this.#timeline;
  }

  change(patch: TimelinePatch): Timeline {
    return this.replace(patched(this.#timeline, patch));
  }

  undo(): Timeline {
    const before = this.#past.at(-1);
    if (before === undefined) throw failure('E_TIMELINE_UNDO', 'Nothing was changed that can be taken back');
    this.#past = this.#past.slice(0, -1);
    this.#recording.part();
    this.#put(before, [], this.#deps.clock());
    return before;
  }

  /** Hands that do something while it plays take their values over, and are recorded. */
  readonly witness: Witness = (deed, sender, atUs, run) => {
    if (this.#within || sender === timelineSender.id || !this.#player.transport.playing) return run();
    this.#player.look(atUs);
    this.#within = true;
    const before = deed.kind === 'set' ? deed.entry.read(atUs) : null;
    try {
      run();
    } finally {
      this.#within = false;
    }
    this.#note(deed, before, sender, atUs);
  };

  /** What a MIDI clock says beside its ticks: those of the device that gives the tempo count, where the timeline follows. */
  hear({ address, args }: ControlItem, atUs: number): void {
    const [what, , sixteenths] = args;
    if (!this.#timeline.follow || what === 'tick') return;
    const { source, device } = this.#deps.lead();
    if (source !== 'midi' || device !== (readEventAddress(address)?.device ?? null)) return;
    if (what === 'start') this.#seek(0, atUs, false);
    if (what === 'start' || what === 'continue') this.#play(atUs);
    if (what === 'stop') this.#pause(atUs);
    if (what === 'position' && typeof sixteenths === 'number') {
      const beats = sixteenths / 4;
      const seconds = (beats * 60) / this.#deps.beats.bpm;
      this.#seek(this.#timeline.unit === 'beats' ? beats : seconds, atUs, false);
    }
  }

  settle(atUs: number): boolean {
    this.#player.look(atUs);
    return !this.#player.transport.playing;
  }

  moved(): void {
    const nowUs = this.#deps.clock();
    if (nowUs - this.#toldUs < tellUs) return;
    this.#toldUs = nowUs;
    this.#own.position.moved();
  }

  /** Its clock is another one now. */
  retimed(): void {
    this.#player.arm();
  }

  kept(): Pick<ShowFile, 'timeline'> {
    return { timeline: this.#timeline };
  }

  restore({ timeline }: ShowFile): void {
    const nowUs = this.#deps.clock();
    this.#player.pause(nowUs);
    this.#recording.disarm();
    this.#recording.part();
    this.#stopped(nowUs);
    this.#past = [];
    this.#timeline = inOrder(timeline);
    this.#revision += 1;
    this.#player.take(this.#timeline, [], nowUs);
    this.#player.transport.seek(0, nowUs);
    for (const entry of this.entries) this.#deps.signals.changed(entry);
  }

  close(): void {
    this.#player.close();
    this.#telling?.();
    this.#listeners.clear();
  }

  #note(deed: Deed, before: JsonValue, sender: string, atUs: number): void {
    const { transport } = this.#player;
    if (deed.kind !== 'command' && deed.entry.address.startsWith('/timeline/')) return;
    if (deed.kind === 'set' && this.#player.touch(deed.entry.address, atUs)) this.#news();
    // A cue that followed by itself follows again when the one before it plays.
    if (this.#recording.armed && transport.playing && sender !== followSender)
      this.#recording.note(deed, before, transport.position(atUs), atUs, this.#timeline);
  }

  #home(): Parameters<typeof timelineEntries>[0] {
    const { transport } = this.#player;
    return {
      playing: {
        read: () => transport.playing,
        write: (value, { atUs }) => (value === true ? this.#play(atUs) : this.#pause(atUs)),
      },
      position: {
        read: (atUs) => transport.position(atUs),
        write: (value, { atUs, sender }) => this.#seek(Number(value), atUs, sender === timelineSender.id),
      },
      recording: {
        read: () => this.#recording.armed,
        write: (value, { atUs }) => this.#arm(value === true, atUs),
      },
      setting: (key) => this.#setting(key),
      play: (_sender, atUs) => this.#play(atUs),
      stop: (sender, atUs) => {
        this.#pause(atUs);
        transport.seek(0, atUs);
        if (sender === timelineSender.id) transport.pass();
        this.#moved();
      },
      undo: () => {
        if (this.#past.length > 0) this.undo();
      },
    };
  }

  #setting(key: 'loop' | 'quantize' | 'follow'): ValueHome {
    return {
      read: () => (key === 'loop' ? this.#timeline.loop.on : this.#timeline[key]),
      write: (value, { atUs }) => {
        const { loop, quantize, follow } = this.#timeline;
        this.#put(
          {
            ...this.#timeline,
            loop: key === 'loop' ? { ...loop, on: value === true } : loop,
            quantize: key === 'quantize' ? Number(value) : quantize,
            follow: key === 'follow' ? value === true : follow,
          },
          [],
          atUs,
        );
      },
    };
  }

  #play(atUs: number): void {
    const { transport } = this.#player;
    if (transport.playing) return;
    this.#deps.signals.glides.start(this);
    if (this.#recording.armed) this.#recording.begin(transport.position(atUs));
    this.#player.play(atUs);
    this.#told();
  }

  #pause(atUs: number): void {
    const { transport } = this.#player;
    if (!transport.playing) return;
    this.#player.look(atUs);
    this.#player.pause(atUs);
    this.#stopped(atUs);
  }

  #seek(position: number, atUs: number, bySelf: boolean): void {
    const { transport } = this.#player;
    if (transport.playing) this.#passEnded(transport.position(atUs), position, atUs);
    this.#player.seek(position, atUs, bySelf);
    this.#moved();
  }

  #arm(on: boolean, atUs: number): void {
    if (on === this.#recording.armed) return;
    this.#news();
    const { transport } = this.#player;
    if (on) this.#recording.arm(transport.position(atUs));
    else {
      if (transport.playing) this.#passEnded(transport.position(atUs), 0, atUs);
      this.#recording.disarm();
    }
  }

  /** Nothing plays any more. */
  #stopped(atUs: number): void {
    this.#passEnded(this.#player.transport.position(atUs), 0, atUs);
    this.#deps.signals.glides.stop(this);
    this.#told();
  }

  /** What was recorded in the pass that ends is on the timeline from now on. */
  #passEnded(at: number, next: number, atUs: number): void {
    this.#news();
    const made = this.#recording.take(this.#timeline, at);
    this.#recording.begin(next);
    if (made === null) return;
    if (made.first) this.#keepPast();
    this.#put(made.timeline, made.ahead, atUs);
  }

  #keepPast(): void {
    this.#past = [...this.#past, this.#timeline].slice(-mostPast);
  }

  #put(timeline: Timeline, ahead: Parameters<Player['take']>[1], atUs: number): void {
    const wasOn = this.#timeline.loop.on;
    this.#timeline = timeline;
    this.#revision += 1;
    this.#player.take(timeline, ahead, atUs);
    this.#deps.signals.touched();
    this.#news();
    if (wasOn !== timeline.loop.on) this.#own.loop.moved();
  }

  #told(): void {
    this.#own.playing.moved();
    this.#moved();
  }

  #moved(): void {
    this.#own.position.moved();
    this.#news();
  }

  #news(): void {
    if (this.#listeners.size === 0) return;
    this.#telling ??= this.#deps.timers(newsMs, () => {
      this.#telling = null;
      const state = this.state();
      for (const listener of this.#listeners) listener(state);
    });
  }
}
