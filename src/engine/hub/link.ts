import type { Size, SlotRef, Token } from '../../contract/frame.ts';
import { sameSize } from '../../contract/frame.ts';
import type { Generation } from '../../contract/protocol.ts';
import type { Cursor, Feed, Intake } from './intake.ts';
import { SlotTable } from './slot-table.ts';

/** How the hub reaches a producer. */
export interface ProducerPort {
  map(generation: Generation): void;
  grant(ref: SlotRef): void;
}

export interface LinkEvents {
  /** A frame of this producer is now the newest; `first` where another producer's was before. */
  published(epoch: number, first: boolean): void;
  /** Nobody uses this generation any more: its memory can go. */
  retired(generation: Generation): void;
}

interface Producer {
  readonly port: ProducerPort;
  table: SlotTable | null;
  /** Slots granted at once. */
  burst: number;
}

/** Slots beyond what is needed, so that a viewer can join without a new generation. */
export const SPARE_SLOTS = 2;

export interface PublishTimes {
  readonly ptsUs: number;
  readonly captureUs: number;
  readonly publishedUs: number;
}

/**
 * The broker of one link: which slot is whose, which token is newest. A producer is granted a free slot unasked; a ready
 * consumer is handed the newest token. Pure: it sends through the ports it is given and keeps no time.
 *
 * While a node is swapped two producers are attached; the link changes over with the first frame of the later one.
 */
export class Link implements Feed {
  readonly id: string;
  readonly lockstep: boolean;
  readonly #events: LinkEvents;
  readonly #producers = new Map<number, Producer>();
  readonly #tables = new Map<number, SlotTable>();
  readonly #intakes = new Set<Intake>();
  #newest: Token | null = null;
  #newestTakers = 0;
  #current = -1;
  #sequence = 0;
  #settling = false;
  published = 0;
  /** Frames that no consumer was handed, though there was one: replaced by a newer one, or let go by a window. */
  drops = 0;

  constructor(id: string, lockstep: boolean, events: LinkEvents) {
    this.id = id;
    this.lockstep = lockstep;
    this.#events = events;
  }

  get consumers(): number {
    return this.#intakes.size;
  }

  /** True once some consumer has the newest frame, and before the first one. */
  get newestTaken(): boolean {
    return this.#newest === null || this.#newestTakers > 0;
  }

  get hasFrame(): boolean {
    return this.#newest !== null;
  }

  /** Size of the newest frame, else of the generation about to be written. */
  get size(): Size | null {
    const table =
      this.#newest === null ? [...this.#tables.values()].at(-1) : this.#tables.get(this.#newest.generation);
    return table === undefined ? null : { width: table.spec.width, height: table.spec.height };
  }

  generation(id: number): Generation | undefined {
    return this.#tables.get(id)?.spec;
  }

  /** The newest frame, what the producer writes, what each consumer has in hand or keeps for its window, and spares. */
  neededSlots(burst: number): number {
    let slots = burst + 1 + SPARE_SLOTS;
    for (const intake of this.#intakes) slots += intake.count > 1 ? 2 * intake.count + 2 : 1;
    return slots;
  }

  attachProducer(epoch: number, port: ProducerPort): void {
    this.#producers.set(epoch, { port, table: null, burst: 1 });
  }

  detachProducer(epoch: number): void {
    const producer = this.#producers.get(epoch);
    if (producer === undefined) return;
    this.#producers.delete(epoch);
    producer.table?.revokeAll();
    this.#settle();
  }

  /** A generation left by a producer that is gone, fit for this one; saves the memory of a crash. */
  reusable(size: Size, slots: number): number | null {
    const inUse = new Set([...this.#producers.values()].map((producer) => producer.table));
    for (const [id, table] of this.#tables) {
      if (!inUse.has(table) && sameSize(table.spec, size) && table.spec.slots >= slots) return id;
    }
    return null;
  }

  /** This producer writes into a generation from now on: a new one, or one `reusable` named. */
  open(epoch: number, spec: Generation, burst: number): void {
    const producer = this.#producers.get(epoch);
    if (producer === undefined) return this.#events.retired(spec);
    const table = this.#tables.get(spec.generation) ?? new SlotTable(spec);
    this.#tables.set(spec.generation, table);
    if (producer.table !== table) producer.table?.revokeAll();
    producer.table = table;
    producer.burst = burst;
    producer.port.map(spec);
    for (const intake of this.#intakes) intake.mapped(this, spec.generation);
    this.#settle();
  }

  /** Slots of the generation a producer writes into, or null while it has none. */
  slotsOf(epoch: number): number | null {
    return this.#producers.get(epoch)?.table?.spec.slots ?? null;
  }

  get newestGeneration(): number {
    return this.#newest?.generation ?? -1;
  }

  /** Its node left: the newest frame is kept only by those who show it. */
  close(): void {
    this.#producers.clear();
    for (const intake of this.#intakes) intake.unlisten(this);
    if (this.#newest !== null) this.#letGo(this.#newest);
    this.#newest = null;
    for (const table of this.#tables.values()) table.revokeAll();
    this.#settle();
  }

  /** Grants again in the present generation, after a new one could not be had. */
  restore(epoch: number): void {
    if (this.#producers.get(epoch)?.table !== null) this.#settle();
  }

  /** Takes back what was granted, before a producer moves to another size. */
  revoke(epoch: number): void {
    this.#producers.get(epoch)?.table?.revokeAll();
  }

  publish(epoch: number, ref: SlotRef, times: PublishTimes): void {
    const producer = this.#producers.get(epoch);
    const table = producer?.table;
    if (producer === undefined || table?.spec.generation !== ref.generation || !table.ungrant(ref.slot))
      return;
    const first = this.#current !== epoch;
    this.#current = epoch;
    // Field by field: `times` is the whole message of the producer, and a token crosses to every consumer.
    const token: Token = {
      ptsUs: times.ptsUs,
      captureUs: times.captureUs,
      publishedUs: times.publishedUs,
      link: this.id,
      generation: ref.generation,
      slot: ref.slot,
      sequence: this.#sequence++,
    };
    table.hold(ref.slot);
    this.#replaceNewest(token);
    this.#keepInWindows(token);
    for (const intake of this.#intakes) intake.offer(this);
    this.#events.published(epoch, first);
    this.#settle();
  }

  attach(intake: Intake): void {
    this.#intakes.add(intake);
    for (const generation of this.#tables.keys()) intake.mapped(this, generation);
  }

  detach(intake: Intake): void {
    this.#intakes.delete(intake);
    this.#settle();
  }

  /** What a ready consumer gets: the newest frame, or a window of them; null while there is nothing new. Counts as taken. */
  pick(cursor: Cursor, count: number): Token[] | null {
    const newest = this.#newest;
    if (newest === null || newest.sequence <= cursor.lastSequence) return null;
    let tokens: Token[] | null = [newest];
    if (count === 1) this.#hand(newest);
    else tokens = this.#pickWindow(cursor, count);
    if (tokens === null) return null;
    cursor.lastSequence = newest.sequence;
    this.#newestTakers += 1;
    if (this.lockstep) this.#settle();
    return tokens;
  }

  unhold(ref: SlotRef): void {
    this.#letGo(ref);
    this.#settle();
  }

  /** The books: with nothing in hand, `free + granted + held` is `slots`. For tests and stats. */
  audit(): { slots: number; free: number; granted: number; held: number; generations: number } {
    const tables = [...this.#tables.values()];
    const sum = (of: (table: SlotTable) => number): number =>
      tables.reduce((total, table) => total + of(table), 0);
    return {
      slots: sum((table) => table.spec.slots),
      free: sum((table) => table.free),
      granted: sum((table) => table.granted),
      held: sum((table) => table.heldSlots()),
      generations: tables.length,
    };
  }

  /** The window's own holds pass on to the consumer. */
  #pickWindow(cursor: Cursor, count: number): Token[] | null {
    const taken = cursor.window.take(count);
    if (taken === null) return null;
    for (const token of taken.rest) this.#letGo(token);
    for (const token of taken.chosen) this.#tables.get(token.generation)?.use(token.slot);
    this.#settle();
    return taken.chosen;
  }

  #hand(token: Token): void {
    const table = this.#tables.get(token.generation);
    table?.hold(token.slot);
    table?.use(token.slot);
  }

  #letGo(ref: SlotRef): void {
    const dropped = this.#tables.get(ref.generation)?.unhold(ref.slot) === true;
    if (dropped && this.#intakes.size > 0) this.drops += 1;
  }

  #replaceNewest(token: Token): void {
    const old = this.#newest;
    this.published += 1;
    if (old !== null) this.#letGo(old);
    this.#newest = token;
    this.#newestTakers = 0;
  }

  #keepInWindows(token: Token): void {
    for (const intake of this.#intakes) {
      const cursor = intake.cursor(this);
      if (cursor === undefined || intake.count < 2) continue;
      this.#tables.get(token.generation)?.hold(token.slot);
      cursor.window.push(token, token.captureUs);
      while (cursor.window.size > intake.count + 2) this.#thin(cursor);
    }
  }

  #thin(cursor: Cursor): void {
    const token = cursor.window.thin();
    if (token !== undefined) this.#letGo(token);
  }

  /** Grants what is owed and lets go of generations that nobody uses. Runs after every change; never inside itself. */
  #settle(): void {
    if (this.#settling) return;
    this.#settling = true;
    for (const producer of this.#producers.values()) this.#grant(producer);
    const inUse = new Set([...this.#producers.values()].map((producer) => producer.table));
    for (const [id, table] of this.#tables) {
      if (inUse.has(table) || !table.idle) continue;
      this.#tables.delete(id);
      this.#events.retired(table.spec);
    }
    this.#settling = false;
  }

  #grant(producer: Producer): void {
    const table = producer.table;
    if (table === null) return;
    while (table.granted < producer.burst && !(this.lockstep && this.#waitsForTakers())) {
      let slot = table.grant();
      // Frames kept for a window must never starve the producer: the freshest frame wins.
      for (const intake of slot === undefined ? this.#intakes : []) {
        const cursor = intake.cursor(this);
        if (cursor !== undefined && cursor.window.size > 0) this.#thin(cursor);
        slot = table.grant();
        if (slot !== undefined) break;
      }
      if (slot === undefined) return;
      producer.port.grant({ link: this.id, generation: table.spec.generation, slot });
    }
  }

  #waitsForTakers(): boolean {
    return this.#newest !== null && this.#newestTakers < this.#intakes.size;
  }
}
