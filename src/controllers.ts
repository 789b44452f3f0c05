import type { ControlOutput } from './contract/binding.ts';
import type { EngineEvent } from './contract/engine-api.ts';
import type { JsonObject, JsonValue } from './contract/json.ts';
import type { ShowApi } from './contract/show-api.ts';
import { encodeMidi } from './protocols/midi/encode.ts';
import { midiKinds, type MidiKind } from './protocols/midi/event.ts';

export interface ControllersDeps {
  readonly show: Pick<ShowApi, 'bindings'>;
  /** Tells an adapter without waiting. */
  readonly tell: (adapter: string, method: string, params: JsonObject) => void;
}

/** Where bindings meet the adapters of controllers: lights and motors go out, and what an adapter must know of bindings. */
export class Controllers {
  readonly #deps: ControllersDeps;
  #midiPid: number | null = null;

  constructor(deps: ControllersDeps) {
    this.#deps = deps;
    const { bindings } = deps.show;
    bindings.onOutput((outputs) => this.#light(outputs));
    bindings.onChange(() => this.#tellPairs());
  }

  hear(event: EngineEvent): void {
    if (event.type === 'status' && event.node.id === 'artnet' && event.node.status.state === 'live')
      this.#tellPairs();
    if (event.type === 'status' && event.node.id === 'midi') this.#midiRuns(event.node.pid);
    if (event.type !== 'node-event' || event.name !== 'device') return;
    const { protocol, device, present } = event.data;
    if (typeof protocol !== 'string' || typeof device !== 'string') return;
    const { bindings } = this.#deps.show;
    if (present === true) bindings.refresh(protocol, device);
    else bindings.release(protocol, device);
  }

  /** A runner that died does not say what was held in it. What devices show they are told when the next one finds them. */
  #midiRuns(pid: number | null): void {
    if (this.#midiPid !== null && pid !== this.#midiPid) this.#deps.show.bindings.release('midi', null);
    this.#midiPid = pid;
  }

  #light(outputs: readonly ControlOutput[]): void {
    const messages = outputs.flatMap(({ protocol, device, kind, channel, number, value }): JsonValue[] =>
      protocol === 'midi' && isMidiKind(kind)
        ? [{ device, bytes: encodeMidi(kind, channel, number, value) }]
        : [],
    );
    if (messages.length > 0) this.#deps.tell('midi', 'send', { messages });
  }

  /** Only who knows that two channels are one can send them up together. */
  #tellPairs(): void {
    const pairs = this.#deps.show.bindings
      .list()
      .filter(({ source }) => source.protocol === 'artnet' && source.kind === 'dmx16')
      .map(({ source }) => [Number(source.device), source.number]);
    this.#deps.tell('artnet', 'pairs', { pairs });
  }
}

function isMidiKind(kind: string): kind is MidiKind {
  return midiKinds.some((each) => each === kind);
}
