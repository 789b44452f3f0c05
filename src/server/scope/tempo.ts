import { z } from 'zod';
import type { Sender } from '../../contract/command.ts';
import type { EngineApi } from '../../contract/engine-api.ts';
import { failure } from '../../contract/error.ts';
import type { JsonObject, JsonValue } from '../../contract/json.ts';
import type { ShowApi } from '../../contract/show-api.ts';
import type { TempoEnable, TempoSources, TempoStatus } from './tempo-shapes.ts';

/** As often as Scope does. */
const PERIOD_MS = 1000 / 15;

const noLink = {
  available: false as const,
  name: 'Ableton Link',
  reason: 'Reverie has no Ableton Link: its library is under the GPL, and Reverie under the MIT licence',
  install_hint: 'Send MIDI clock from the program that has the beat, and choose midi_clock',
};

interface Deps {
  readonly show: ShowApi;
  readonly engine: Pick<EngineApi, 'status'>;
  /** Tells every client of the dialect whose channel is open. */
  tell(message: JsonObject): void;
}

/**
 * Tempo as Scope's clients know it: something that is enabled from a source. The show's tempo runs always; enabling chooses its
 * source, and has its beats sent to the clients.
 */
export class ScopeTempo {
  readonly #deps: Deps;
  #timer: NodeJS.Timeout | null = null;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  status(): TempoStatus {
    const { beat, bar, beatsPerBar, bpm, phase, playing, lead } = this.#deps.show.tempo.state();
    if (this.#timer === null)
      return { enabled: false, source: null, beats_per_bar: beatsPerBar, beat_state: null };
    const type = lead.source === 'midi' ? 'midi_clock' : 'internal';
    const heard = lead.state === 'following' || lead.state === 'own';
    const beatState = {
      bpm,
      beat_phase: phase,
      bar_position: beat - bar * beatsPerBar,
      beat_count: Math.floor(beat),
      is_playing: playing,
      source: type,
    };
    return {
      enabled: true,
      source: { type },
      beats_per_bar: beatsPerBar,
      beat_state: heard ? beatState : null,
    };
  }

  sources(): TempoSources {
    const { available, reason, remedy, devices } = this.#midi();
    const names = devices.map(({ name }) => name);
    return {
      sources: {
        link: noLink,
        midi_clock: available
          ? { available, name: 'MIDI Clock', devices: names }
          : { available, name: 'MIDI Clock', devices: names, reason, install_hint: remedy },
        internal: { available: true, name: 'Internal clock' },
      },
    };
  }

  enable({ source, bpm, beats_per_bar, midi_device }: TempoEnable, sender: Sender): TempoStatus {
    if (source === 'link') throw failure('E_TEMPO_SOURCE', `${noLink.reason}. ${noLink.install_hint}`);
    const midi = this.#midi();
    if (source === 'midi_clock' && !midi.available)
      throw failure('E_TEMPO_SOURCE', `There is no MIDI clock to follow: ${midi.reason ?? 'no MIDI here'}`);
    this.#set(
      source === 'midi_clock'
        ? { '/tempo/source': 'midi', '/tempo/device': midi_device ?? '' }
        : { '/tempo/source': 'internal' },
      sender,
    );
    if (source === 'internal' && bpm !== undefined) this.#set({ '/tempo': bpm }, sender);
    if (beats_per_bar !== undefined) this.#set({ '/tempo/beats-per-bar': beats_per_bar }, sender);
    this.#timer ??= setInterval(() => this.#update(), PERIOD_MS);
    return this.status();
  }

  /** The clients hear no more of it; what was followed is followed no more. */
  disable(sender: Sender): TempoStatus {
    if (this.#timer !== null) this.#set({ '/tempo/source': 'internal' }, sender);
    this.close();
    return this.status();
  }

  setTempo(bpm: number, sender: Sender): TempoStatus {
    if (this.#timer === null) throw failure('E_TEMPO_SOURCE', 'Tempo sync is not enabled');
    this.#set({ '/tempo': bpm }, sender);
    return this.status();
  }

  close(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  #update(): void {
    const state = this.status().beat_state;
    if (state === null) return;
    this.#deps.tell({
      type: 'tempo_update',
      bpm: rounded(state.bpm, 2),
      beat_phase: rounded(state.beat_phase, 4),
      bar_position: rounded(state.bar_position, 4),
      beat_count: state.beat_count,
      is_playing: state.is_playing,
    });
  }

  #set(values: Readonly<Record<string, JsonValue>>, sender: Sender): void {
    const [refused] = this.#deps.show.set(values, sender).rejected;
    if (refused !== undefined) throw failure('E_TEMPO_SOURCE', refused.error.message);
  }

  #midi(): z.infer<typeof midiInfo> {
    const node = this.#deps.engine.status().nodes.find(({ id }) => id === 'midi');
    const read = midiInfo.safeParse(node?.info);
    return read.success
      ? read.data
      : { available: false, reason: 'no MIDI port is open', remedy: null, devices: [] };
  }
}

/** What the MIDI adapter says of itself. */
const midiInfo = z.object({
  available: z.boolean(),
  reason: z.string().nullable(),
  remedy: z.string().nullable(),
  devices: z.array(z.looseObject({ name: z.string() })),
});

function rounded(value: number, places: number): number {
  return Number(value.toFixed(places));
}
