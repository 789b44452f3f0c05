import type { Modulation, ModulationState } from '../../../src/contract/modulation.ts';
import type { Connection } from '../daemon/connection.ts';
import { refusalOf } from '../daemon/messages.ts';

/** What a new wave is like: to be seen at once, and gentle. */
const first: Modulation = {
  enabled: true,
  shape: 'sine',
  sync: 'beats',
  beats: 4,
  hz: 0.5,
  depth: 0.4,
  polarity: 'bipolar',
  phase: 0,
  smooth: 0,
};

/** Waves on parameters, as the daemon tells them, and as they are set here. */
export class Waves {
  list = $state.raw<ReadonlyMap<string, ModulationState>>(new Map());
  problem = $state('');
  readonly #connection: Connection;
  readonly #waiting = new Map<string, Modulation | null>();
  /** A set is on its way: until its answer, what is heard may be older than what is shown. */
  #sending = false;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  of(address: string): ModulationState | null {
    return this.list.get(address) ?? null;
  }

  hear(modulations: readonly ModulationState[]): void {
    const heard = new Map(modulations.map((state) => [state.address, state]));
    this.list = this.#sending
      ? new Map(
          Array.from(this.list, ([address, shown]) => [
            address,
            { ...(heard.get(address) ?? shown), modulation: shown.modulation },
          ]),
        )
      : heard;
  }

  add(address: string): void {
    this.put(address, first);
  }

  change(address: string, change: Partial<Modulation>): void {
    const present = this.of(address)?.modulation;
    if (present !== undefined) this.put(address, { ...present, ...change });
  }

  /** Shown at once; null takes it off. */
  put(address: string, modulation: Modulation | null): void {
    const next = new Map(this.list);
    const known = next.get(address);
    if (modulation === null) next.delete(address);
    else next.set(address, { address, base: known?.base ?? null, played: known?.played ?? null, modulation });
    this.list = next;
    this.#waiting.set(address, modulation);
    void this.#send();
  }

  /** One message at a time: the newest of each wave. */
  async #send(): Promise<void> {
    if (this.#sending) return;
    this.#sending = true;
    while (this.#waiting.size > 0) {
      const commands = Array.from(this.#waiting, ([address, modulation]) => ({
        kind: 'modulate' as const,
        address,
        modulation,
      }));
      this.#waiting.clear();
      this.problem = refusalOf(await this.#connection.ask({ type: 'command', commands })) ?? '';
    }
    this.#sending = false;
  }
}
