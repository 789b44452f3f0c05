import { isDeepStrictEqual } from 'node:util';
import type { LoadValues } from '../contract/call.ts';
import type { StandbyStatus } from '../contract/engine-api.ts';
import type { NodeOpening } from '../contract/protocol.ts';
import type { Attachment } from './attachment.ts';

/** The node that keeps it. */
export interface StandbyHost {
  /** What plays. */
  active(): Attachment | null;
  /** Nothing else is being opened, and there is room for two. */
  hasRoom(): boolean;
  /** Opens it beside what plays, with these load values in place of the present ones. */
  open(load: LoadValues): Attachment;
  leave(attachment: Attachment): void;
  /** What is held is another. */
  changed(): void;
}

/** Who looks through scenes has nothing loaded for each, and a cut has the processor to itself. */
const CALM_MS = 500;

interface Held {
  readonly load: LoadValues;
  readonly attachment: Attachment;
}

/**
 * A stage loaded as it may soon be wanted, and held beside the one that plays: it is handed no call and gives no frame until a
 * swap asks for just that. One that fails is not tried again: what it was for is loaded when it is asked for, as ever.
 */
export class Standby {
  readonly #host: StandbyHost;
  /** Still to be opened. */
  #wanted: LoadValues | null = null;
  #timer: NodeJS.Timeout | null = null;
  #held: Held | null = null;

  constructor(host: StandbyHost) {
    this.#host = host;
  }

  get attachment(): Attachment | null {
    return this.#held?.attachment ?? null;
  }

  get report(): StandbyStatus | null {
    const { runner, intake } = this.attachment ?? {};
    return runner === undefined ? null : { pid: runner.pid, ready: intake?.ready === true };
  }

  isFor(load: LoadValues): boolean {
    return this.#held !== null && isDeepStrictEqual(this.#held.load, load);
  }

  /** Null holds none. Where it cannot be opened yet, `open` is to be called again when it can. */
  want(load: LoadValues | null): void {
    if (load !== null && this.isFor(load)) return;
    this.drop();
    this.#wanted = load;
    this.open();
  }

  /** Opens what is wanted, in a moment. */
  open(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = this.#wanted === null ? null : setTimeout(() => this.#openNow(), CALM_MS);
  }

  /** Hands it out, where it was opened as the swap would open now. */
  take(opening: NodeOpening, load: LoadValues): Attachment | null {
    const held = this.#held;
    if (held === null || !this.isFor(load) || !isOpenedAs(held.attachment, opening)) return null;
    this.#held = null;
    return held.attachment;
  }

  /** It failed or ended by itself; whether this one was it. */
  lost(attachment: Attachment): boolean {
    if (this.#held?.attachment !== attachment) return false;
    this.#held = null;
    return true;
  }

  drop(): void {
    const attachment = this.attachment;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#wanted = null;
    this.#held = null;
    if (attachment === null) return;
    this.#host.leave(attachment);
    this.#host.changed();
  }

  #openNow(): void {
    const load = this.#wanted;
    const active = this.#host.active();
    if (load === null || active === null || isLoadedWith(active, load) || !this.#host.hasRoom()) return;
    this.#wanted = null;
    this.#held = { load, attachment: this.#host.open(load) };
    this.#host.changed();
  }
}

/** Apart from the values, of which those that count for loading are compared by themselves. */
function isOpenedAs({ opening }: Attachment, wanted: NodeOpening): boolean {
  return isDeepStrictEqual({ ...opening, values: null }, { ...wanted, values: null });
}

export function isLoadedWith({ opening }: Attachment, load: LoadValues): boolean {
  const values = opening?.values?.values ?? {};
  return Object.entries(load).every(([key, value]) => isDeepStrictEqual(values[key], value));
}
