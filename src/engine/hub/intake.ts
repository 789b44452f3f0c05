import type { SlotRef, Token } from '../../contract/frame.ts';
import type { Generation } from '../../contract/protocol.ts';
import { SampleWindow } from './window.ts';

/** How the hub reaches a consumer. */
export interface IntakePort {
  map(generation: Generation): void;
  frames(tokens: readonly Token[]): void;
}

/** What an intake needs of a link it listens to. */
export interface Feed {
  readonly id: string;
  attach(intake: Intake): void;
  detach(intake: Intake): void;
  generation(id: number): Generation | undefined;
  pick(cursor: Cursor, count: number): Token[] | null;
  unhold(ref: SlotRef): void;
}

/** Finds the link of a held frame by its id, also where the consumer no longer listens to it. */
export type ResolveFeed = (link: string) => Feed | undefined;

/** Where a consumer stands on one link. */
export interface Cursor {
  lastSequence: number;
  readonly mapped: Set<number>;
  readonly window: SampleWindow<Token>;
}

/**
 * One consumer's input. It listens to one link, or for a while to two, when the link of a dead stage is bypassed. It is ready
 * or not as a whole; what it holds is known here and never in shared memory, so its death leaves no lock behind.
 */
export class Intake {
  readonly id: string;
  readonly #port: IntakePort;
  readonly #links = new Map<Feed, Cursor>();
  readonly #held: SlotRef[] = [];
  #ready = false;
  #count = 1;
  #gated = false;

  constructor(id: string, port: IntakePort) {
    this.id = id;
    this.#port = port;
  }

  get ready(): boolean {
    return this.#ready;
  }

  /** Frames that its next call takes. */
  get count(): number {
    return this.#count;
  }

  get held(): number {
    return this.#held.length;
  }

  get links(): Iterable<Feed> {
    return this.#links.keys();
  }

  cursor(link: Feed): Cursor | undefined {
    return this.#links.get(link);
  }

  listen(link: Feed): void {
    if (this.#links.has(link)) return;
    this.#links.set(link, { lastSequence: -1, mapped: new Set(), window: new SampleWindow() });
    link.attach(this);
    this.#offerAll();
  }

  /** Stops listening; frames it holds stay its own until released. */
  unlisten(link: Feed): void {
    const cursor = this.#links.get(link);
    if (cursor === undefined) return;
    this.#links.delete(link);
    link.detach(this);
    // Only now: what nobody is there to take is no drop.
    for (const token of cursor.window.clear()) link.unhold(token);
  }

  /** The consumer is ready for `count` frames and gives back what it names. */
  take(count: number, release: readonly SlotRef[], resolve: ResolveFeed): void {
    for (const ref of release) this.#release(ref, resolve);
    this.#count = count;
    this.#ready = true;
    if (count > 0) this.#offerAll();
  }

  /** A paused consumer gets nothing until it is let go again. */
  gate(closed: boolean): void {
    this.#gated = closed;
    if (!closed) this.#offerAll();
  }

  /** A call without input was handed out. */
  dispatched(): void {
    this.#ready = false;
  }

  offer(link: Feed): void {
    if (!this.#ready || this.#gated || this.#count === 0) return;
    const cursor = this.#links.get(link);
    const tokens = cursor === undefined ? null : link.pick(cursor, this.#count);
    if (cursor === undefined || tokens === null) return;
    this.#ready = false;
    for (const token of tokens) {
      this.#held.push(token);
      this.#ensureMapped(link, cursor, token.generation);
    }
    this.#port.frames(tokens);
  }

  mapped(link: Feed, generation: number): void {
    const cursor = this.#links.get(link);
    if (cursor !== undefined) this.#ensureMapped(link, cursor, generation);
  }

  /** The runner is gone: everything it held is free again. */
  close(resolve: ResolveFeed): void {
    this.#ready = false;
    for (const ref of this.#held.splice(0)) resolve(ref.link)?.unhold(ref);
    for (const link of this.#links.keys()) this.unlisten(link);
  }

  #offerAll(): void {
    for (const link of this.#links.keys()) this.offer(link);
  }

  #release(ref: SlotRef, resolve: ResolveFeed): void {
    const index = this.#held.findIndex(
      (held) => held.slot === ref.slot && held.generation === ref.generation && held.link === ref.link,
    );
    if (index === -1) return;
    this.#held.splice(index, 1);
    resolve(ref.link)?.unhold(ref);
  }

  #ensureMapped(link: Feed, cursor: Cursor, generation: number): void {
    if (cursor.mapped.has(generation)) return;
    const spec = link.generation(generation);
    if (spec === undefined) return;
    cursor.mapped.add(generation);
    this.#port.map(spec);
  }
}
