import type { ControlMessage } from '../../src/contract/adapter.ts';
import { eventAddress } from '../../src/contract/control-event.ts';
import { quietestDb } from '../../src/contract/meter.ts';
import { listAt, textAt } from './reading.ts';

/** A change that nobody sees is not sent. */
const STEP_DB = 0.1;
/** Sent at least so often, so that the show can tell a steady tone from an OBS that is gone. */
const AGAIN_MS = 200;

interface Deps {
  readonly nowMs: () => number;
  readonly send: (messages: readonly ControlMessage[]) => void;
  /** Whether the high-volume event is to come. */
  readonly follow: (wanted: boolean) => void;
}

/** Levels of the inputs that modulation uses, on their way to the show. */
export class Meters {
  readonly #deps: Deps;
  #wanted: ReadonlySet<string> = new Set();
  readonly #sent = new Map<string, { readonly db: number; readonly atMs: number }>();

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  want(inputs: readonly string[]): void {
    const had = this.#wanted.size > 0;
    this.#wanted = new Set(inputs);
    for (const name of this.#sent.keys()) if (!this.#wanted.has(name)) this.#sent.delete(name);
    const wanted = this.#wanted.size > 0;
    if (wanted !== had) this.#deps.follow(wanted);
  }

  /** Data of an `InputVolumeMeters`; of what is no number nothing is made. */
  hear(data: unknown): void {
    if (this.#wanted.size === 0) return;
    const atMs = this.#deps.nowMs();
    const news = listAt(data, 'inputs').flatMap((input): ControlMessage[] => {
      const name = textAt(input, 'inputName');
      if (name === null || !this.#wanted.has(name)) return [];
      const db = loudest(listAt(input, 'inputLevelsMul'));
      const before = this.#sent.get(name);
      if (before !== undefined && Math.abs(before.db - db) < STEP_DB && atMs - before.atMs < AGAIN_MS)
        return [];
      this.#sent.set(name, { db, atMs });
      return [{ address: levelAddress(name), args: [db], sender: 'obs', live: true }];
    });
    if (news.length > 0) this.#deps.send(news);
  }
}

function levelAddress(input: string): string {
  return eventAddress({ protocol: 'obs', device: input, kind: 'level', channel: 0, number: 0 });
}

/** Peak of the loudest channel in dB; of each, OBS gives magnitude, peak and the peak before the fader, all as factors. */
function loudest(channels: readonly unknown[]): number {
  let peak = 0;
  for (const channel of channels) {
    const factor: unknown = Array.isArray(channel) ? channel[1] : 0;
    if (typeof factor === 'number' && Number.isFinite(factor)) peak = Math.max(peak, factor);
  }
  if (peak === 0) return quietestDb;
  const db = Math.min(0, Math.max(quietestDb, 20 * Math.log10(peak)));
  return Math.round(db * 10) / 10;
}
