import { failure } from '../contract/error.ts';
import { isFrameSize, sameSize, slotStride, type Size } from '../contract/frame.ts';
import type { LinkStats } from '../contract/engine-api.ts';
import type { Generation } from '../contract/protocol.ts';
import { Link, SPARE_SLOTS } from './hub/link.ts';
import type { Segment } from './memory/frame-memory.ts';
import type { SegmentStore } from './memory/segment-store.ts';

type OnPublished = (node: string, epoch: number, first: boolean) => void;

interface Entry {
  readonly node: string;
  readonly link: Link;
  /** Size and burst that each producer asked for last. */
  readonly asked: Map<number, { readonly size: Size; readonly burst: number }>;
  closed: boolean;
}

/** All links and the memory of their generations. A link of a node that left stays until nobody shows its last frame. */
export class LinkBoard {
  readonly #store: SegmentStore;
  readonly #onPublished: OnPublished;
  readonly #entries = new Map<string, Entry>();
  readonly #segments = new Map<string, Segment>();
  #serial = 0;
  #generation = 0;

  constructor(store: SegmentStore, onPublished: OnPublished) {
    this.#store = store;
    this.#onPublished = onPublished;
  }

  readonly resolve = (id: string): Link | undefined => this.#entries.get(id)?.link;

  /** Opens the link of a node. Ids are never used twice, so that old releases find old links. */
  open(node: string, lockstep: boolean): Link {
    const id = `${node}.video.${this.#serial++}`;
    const link = new Link(id, lockstep, {
      published: (epoch, first) => this.#onPublished(node, epoch, first),
      retired: (generation) => this.#retire(id, generation),
    });
    this.#entries.set(id, { node, link, asked: new Map(), closed: false });
    return link;
  }

  close(link: Link): void {
    const entry = this.#entries.get(link.id);
    if (entry === undefined) return;
    entry.closed = true;
    link.close();
    this.#forget(link.id);
  }

  /** Gives a producer a generation of the size it asked for. Rejects with a coded error and leaves the present one. */
  async resize(link: Link, epoch: number, size: Size, burst: number): Promise<void> {
    const entry = this.#entries.get(link.id);
    if (entry === undefined) return;
    if (!isFrameSize(size))
      throw failure('E_PIPELINE_SIZE', `An output of ${size.width} x ${size.height} pixels is not possible`);
    link.revoke(epoch);
    entry.asked.set(epoch, { size, burst });
    const slots = link.neededSlots(burst);
    const reusable = link.reusable(size, slots);
    const present = reusable === null ? undefined : link.generation(reusable);
    if (present !== undefined) return link.open(epoch, present, burst);
    const segment = await this.#store.create(slots * slotStride(size));
    const latest = entry.asked.get(epoch);
    if (entry.closed || latest === undefined || !sameSize(latest.size, size)) return segment.remove();
    const generation: Generation = {
      link: link.id,
      generation: this.#generation++,
      memory: segment.ref,
      slots,
      lockstep: link.lockstep,
      width: size.width,
      height: size.height,
    };
    this.#segments.set(`${link.id}/${generation.generation}`, segment);
    link.open(epoch, generation, burst);
  }

  /** Consumers joined: where slots became too few for all of them, the producer gets a generation with more. */
  regrow(id: string): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    const { link } = entry;
    for (const [epoch, { size, burst }] of entry.asked) {
      const slots = link.slotsOf(epoch);
      if (slots === null || slots >= link.neededSlots(burst) - SPARE_SLOTS) continue;
      // Where there is no room for more the link goes on with what it has.
      this.resize(link, epoch, size, burst).catch(() => link.restore(epoch));
    }
  }

  forgetProducer(link: Link, epoch: number): void {
    link.detachProducer(epoch);
    this.#entries.get(link.id)?.asked.delete(epoch);
  }

  stats(): LinkStats[] {
    return [...this.#entries.values()]
      .filter((entry) => !entry.closed && !entry.node.startsWith('~'))
      .map(({ link }) => {
        const { slots, free, granted, held } = link.audit();
        return {
          id: link.id,
          size: link.size,
          generation: link.newestGeneration,
          published: link.published,
          drops: link.drops,
          slots,
          free,
          granted,
          held,
          consumers: link.consumers,
        };
      });
  }

  resetStats(): void {
    for (const { link } of this.#entries.values()) {
      link.published = 0;
      link.drops = 0;
    }
  }

  #retire(id: string, generation: Generation): void {
    const key = `${id}/${generation.generation}`;
    this.#segments.get(key)?.remove();
    this.#segments.delete(key);
    this.#forget(id);
  }

  #forget(id: string): void {
    const entry = this.#entries.get(id);
    if (entry?.closed === true && entry.link.audit().generations === 0) this.#entries.delete(id);
  }

  /** Removes all memory: the daemon ends. */
  removeAll(): void {
    for (const segment of this.#segments.values()) segment.remove();
    this.#segments.clear();
  }
}
