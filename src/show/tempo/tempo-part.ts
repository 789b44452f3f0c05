import type { Clock } from '../../contract/clock.ts';
import type { Strictness } from '../../contract/command.ts';
import { readEventAddress } from '../../contract/control-event.ts';
import type { JsonValue } from '../../contract/json.ts';
import type { ControlItem } from '../../contract/protocol.ts';
import {
  fastestBpm,
  quantizeChoices,
  slowestBpm,
  tempoSettingsSchema,
  tempoSources,
  type Quantize,
  type TempoApi,
  type TempoLead,
  type TempoSettings,
  type TempoState,
} from '../../contract/tempo.ts';
import type { Signals, Write } from '../entry.ts';
import { Misfit } from '../misfit.ts';
import { OwnEntry, OwnTrigger, type ValueHome } from '../own-entry.ts';
import type { ShowPart } from '../part.ts';
import type { ShowFile } from '../show-file.ts';
import type { BeatClock } from '../tempo.ts';
import type { Timers } from '../timers.ts';
import { MidiLead } from './midi-lead.ts';
import { Taps } from './taps.ts';
import { tempoSpecs } from './tempo-specs.ts';

const nudgeUs = 10_000;
const nudgeOverUs = 250_000;
/** Clocks are remembered by name for the page; a device that changes its name all the time must not fill it. */
const mostDevices = 32;
/** A MIDI clock's tempo wanders by hundredths; the address tells only what one would see. */
const shownStep = 0.1;

type Kept = Pick<TempoSettings, 'source' | 'device' | 'quantize' | 'lookahead'>;

interface Deps {
  readonly beats: BeatClock;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly signals: Pick<Signals, 'changed' | 'touched'>;
  readonly log: (line: string) => void;
  /** The look-ahead is another one. */
  lookaheadChanged(): void;
  cancelAll(sender: string): void;
}

/** The tempo of the show: `/tempo` and what is below it, set by hand, tapped, or led by a MIDI clock. */
export class TempoPart implements ShowPart, TempoApi {
  readonly entries: readonly (OwnEntry | OwnTrigger)[];
  readonly #deps: Deps;
  readonly #taps = new Taps();
  readonly #midi: MidiLead;
  readonly #devices = new Set<string>();
  readonly #listeners = new Set<(state: TempoState) => void>();
  readonly #bpm: OwnEntry;
  readonly #playing: OwnEntry;
  #kept: Kept = tempoSettingsSchema.parse({});
  #shownBpm: number;
  #said = '';

  constructor(deps: Deps) {
    this.#deps = deps;
    const { beats, clock, timers, signals } = deps;
    this.#shownBpm = beats.bpm;
    this.#midi = new MidiLead({ beats, clock, timers, changed: () => this.#told() });
    this.#bpm = new LedEntry(tempoSpecs.bpm, this.#bpmHome(), signals, () => this.#refusal());
    this.#playing = new OwnEntry(tempoSpecs.playing, this.#playingHome(), signals);
    this.entries = [this.#bpm, this.#playing, ...this.#settings(), ...this.#buttons()];
    beats.listen(({ kind }) => {
      if (kind === 'rate') this.#followed();
      else this.#told();
    });
  }

  get quantize(): Quantize {
    return this.#kept.quantize;
  }

  get lookahead(): number {
    return this.#kept.lookahead;
  }

  /** A controller's event; answers whether it was one of a clock. */
  hear({ address, args }: ControlItem): boolean {
    const source = readEventAddress(address);
    if (source?.kind !== 'clock') return false;
    const [what = null, timeUs, position = null] = args;
    if (this.#devices.size < mostDevices) this.#devices.add(source.device);
    const { source: wanted, device } = this.#kept;
    if (wanted === 'midi' && (device === '' || device === source.device) && typeof timeUs === 'number')
      this.#midi.hear(source.device, what, timeUs, position);
    return true;
  }

  state(): TempoState {
    const { beats, clock } = this.#deps;
    const timeUs = clock();
    const { quantize, lookahead } = this.#kept;
    return { ...beats.at(timeUs), quantize, lookahead, timeUs, lead: this.#lead() };
  }

  subscribe(listener: (state: TempoState) => void): () => void {
    const own = (state: TempoState): void => listener(state);
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  kept(): Pick<ShowFile, 'tempo'> {
    const { beatsPerBar } = this.#deps.beats;
    return { tempo: { bpm: this.#shownBpm, beatsPerBar, ...this.#kept } };
  }

  restore({ tempo }: ShowFile): void {
    const { bpm, beatsPerBar, ...kept } = tempo;
    const { beats, clock } = this.#deps;
    beats.setBpm(bpm, clock());
    beats.setBeatsPerBar(beatsPerBar, clock());
    this.#kept = kept;
    this.#midi.reset();
    // What waits was meant for the show that was there before.
    this.#deps.cancelAll('show');
    for (const entry of this.entries) this.#deps.signals.changed(entry);
    this.#told();
  }

  close(): void {
    this.#midi.reset();
    this.#listeners.clear();
  }

  #bpmHome(): ValueHome {
    return {
      read: () => this.#shownBpm,
      write: (value, { atUs }) => {
        this.#taps.reset();
        this.#setBpm(Number(value), atUs);
      },
    };
  }

  #playingHome(): ValueHome {
    return {
      read: () => this.#deps.beats.playing,
      write: (value) => {
        this.#deps.beats.playing = value === true;
        this.#told();
      },
    };
  }

  #settings(): OwnEntry[] {
    const { beats, signals } = this.#deps;
    const home = (read: () => JsonValue, take: (value: JsonValue, write: Write) => void): ValueHome => ({
      read,
      write: (value, write) => {
        take(value, write);
        signals.touched();
        this.#told();
      },
    });
    const beatsPerBar = home(
      () => beats.beatsPerBar,
      (value, { atUs }) => beats.setBeatsPerBar(Number(value), atUs),
    );
    const source = home(
      () => this.#kept.source,
      (value) => this.#leadBy({ source: tempoSources.find((each) => each === value) ?? 'internal' }),
    );
    const device = home(
      () => this.#kept.device,
      (value) => this.#leadBy({ device: String(value) }),
    );
    const quantize = home(
      () => this.#kept.quantize,
      (value) => this.#keep({ quantize: quantizeChoices.find((each) => each === value) ?? 'none' }),
    );
    const lookahead = home(
      () => this.#kept.lookahead,
      (value) => {
        this.#keep({ lookahead: Number(value) });
        this.#deps.lookaheadChanged();
      },
    );
    return [
      new OwnEntry(tempoSpecs.beatsPerBar, beatsPerBar, signals),
      new OwnEntry(tempoSpecs.source, source, signals),
      new OwnEntry(tempoSpecs.device, device, signals),
      new OwnEntry(tempoSpecs.quantize, quantize, signals),
      new OwnEntry(tempoSpecs.lookahead, lookahead, signals),
    ];
  }

  #buttons(): OwnTrigger[] {
    const { signals, beats } = this.#deps;
    const resync = (atUs: number): void => {
      const place = beats.beatAt(atUs) - beats.origin;
      this.#midi.movedByHand();
      beats.place(place - Math.floor(place) - 1, beats.beatAt(atUs));
    };
    return [
      new OwnTrigger(tempoSpecs.tap, (_sender, atUs) => this.#tap(atUs), signals),
      new OwnTrigger(tempoSpecs.resync, (_sender, atUs) => resync(atUs), signals),
      new OwnTrigger(tempoSpecs.earlier, (_sender, atUs) => this.#nudge(nudgeUs, atUs), signals),
      new OwnTrigger(tempoSpecs.later, (_sender, atUs) => this.#nudge(-nudgeUs, atUs), signals),
      new OwnTrigger(tempoSpecs.cancel, (sender) => this.#deps.cancelAll(sender), signals),
    ];
  }

  /** The tap is a beat; with others it is the tempo too, unless a MIDI clock gives that. */
  #tap(atUs: number): void {
    const { beats } = this.#deps;
    const bpm = this.#taps.tap(atUs);
    if (bpm !== null && this.#midi.state !== 'following') this.#setBpm(bpm, atUs);
    const place = beats.beatAt(atUs) - beats.origin;
    this.#midi.movedByHand();
    beats.move(place - Math.round(place));
  }

  #nudge(byUs: number, atUs: number): void {
    const { beats } = this.#deps;
    this.#midi.movedByHand();
    if (this.#midi.state === 'following') beats.move((-byUs * beats.bpm) / 60e6);
    else beats.bend(beats.bendLeft(atUs) + (byUs * beats.bpm) / 60e6, nudgeOverUs, atUs);
    this.#told();
  }

  #setBpm(bpm: number, atUs: number): void {
    this.#deps.beats.setBpm(Math.min(Math.max(bpm, slowestBpm), fastestBpm), atUs);
    this.#deps.signals.touched();
  }

  #keep(change: Partial<Kept>): void {
    this.#kept = { ...this.#kept, ...change };
  }

  #leadBy(change: Partial<Kept>): void {
    this.#keep(change);
    this.#midi.reset();
  }

  #refusal(): Misfit | null {
    if (this.#midi.state !== 'following') return null;
    const { device } = this.#midi;
    return new Misfit('E_TEMPO_LED', `/tempo: the MIDI clock of ${device ?? 'a device'} gives the tempo`, {
      device,
    });
  }

  #lead(): TempoLead {
    const devices = [...this.#devices];
    if (this.#kept.source === 'internal')
      return { source: 'internal', state: 'own', device: null, devices, message: '' };
    const { state, device } = this.#midi;
    return { source: 'midi', state, device, devices, message: this.#message() };
  }

  #message(): string {
    const { state, device } = this.#midi;
    const from = device ?? (this.#kept.device === '' ? 'any MIDI device' : this.#kept.device);
    const on = `the tempo goes on at ${this.#shownBpm} bpm`;
    switch (state) {
      case 'following':
        return '';
      case 'waiting':
        return `No MIDI clock of ${from} has come yet; ${on}`;
      case 'free':
        return `The MIDI clock of ${from} fell silent; ${on}`;
    }
  }

  /** The clock's own tempo changed: told once one would see it. */
  #followed(): void {
    const { bpm } = this.#deps.beats;
    const shown = this.#midi.state === 'following' ? Math.round(bpm / shownStep) * shownStep : bpm;
    if (Math.abs(bpm - this.#shownBpm) < 0.8 * shownStep && this.#midi.state === 'following') return;
    if (bpm === this.#shownBpm) return;
    this.#shownBpm = Number(shown.toFixed(3));
    this.#bpm.moved();
    this.#told();
  }

  #told(): void {
    const { message } = this.#lead();
    if (message !== this.#said && message !== '') this.#deps.log(message);
    this.#said = message;
    if (this.#listeners.size === 0) return;
    const state = this.state();
    for (const listener of this.#listeners) listener(state);
  }
}

/** A value that is somebody else's while it is led. */
class LedEntry extends OwnEntry {
  readonly #refusal: () => Misfit | null;

  constructor(
    spec: ConstructorParameters<typeof OwnEntry>[0],
    home: ValueHome,
    signals: Pick<Signals, 'changed'>,
    refusal: () => Misfit | null,
  ) {
    super(spec, home, signals);
    this.#refusal = refusal;
  }

  override fit(value: JsonValue, strictness: Strictness): JsonValue | Misfit {
    return this.#refusal() ?? super.fit(value, strictness);
  }
}
