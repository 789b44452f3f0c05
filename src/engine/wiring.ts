import { frameBytes, type Size } from '../contract/frame.ts';
import type { Graph } from '../contract/graph.ts';
import type { Link } from './hub/link.ts';
import type { LinkBoard } from './link-board.ts';
import type { RunningNode } from './running-node.ts';

/**
 * Which links every consumer listens to: its producer's, and while that is down, by the producer's own choice, what the producer
 * would have been fed (bypass) or the slate. The last frame of the producer stays on show until one of them has something.
 */
export class Wiring {
  readonly #board: LinkBoard;
  readonly #nodes: ReadonlyMap<string, RunningNode>;
  readonly #slate: () => Link | null;
  /** Producer of each consumer's input. */
  readonly #producers = new Map<string, string>();
  /** What each side sink looks at: a node's output, or of a sink what it shows. */
  readonly #sides = new Map<string, string>();

  constructor(board: LinkBoard, nodes: ReadonlyMap<string, RunningNode>, slate: () => Link | null) {
    this.#board = board;
    this.#nodes = nodes;
    this.#slate = slate;
  }

  /** Takes over the links of a graph; side sinks keep looking at their nodes. */
  use(graph: Graph): void {
    this.#producers.clear();
    for (const link of graph.links) this.#producers.set(link.to, link.from);
  }

  addSide(consumer: string, target: string): void {
    this.#sides.set(consumer, target);
  }

  removeSide(consumer: string): void {
    this.#sides.delete(consumer);
  }

  producerOf(consumer: string): RunningNode | undefined {
    const target = this.#sides.get(consumer);
    const seen = target === undefined ? undefined : this.#nodes.get(target);
    if (seen !== undefined && seen.output !== null) return seen;
    const id = this.#producers.get(target ?? consumer);
    return id === undefined ? undefined : this.#nodes.get(id);
  }

  /** Makes the inputs of all nodes what they should be now. */
  connectAll(): void {
    for (const node of this.#nodes.values()) this.connect(node);
  }

  connect(node: RunningNode): void {
    const links = this.#linksFor(node.id, new Set());
    for (const { intake } of node.attachments) {
      if (intake === null) continue;
      for (const link of links) intake.listen(link);
      for (const link of intake.links) if (!links.some(({ id }) => id === link.id)) intake.unlisten(link);
    }
    for (const link of links) this.#board.regrow(link.id);
  }

  /** Tells each producer the largest size that one of its consumers would like: a picture is better made smaller than larger. */
  passWishes(): void {
    const wishes = new Map<RunningNode, Size | null>();
    for (const node of this.#nodes.values()) {
      const producer = this.producerOf(node.id);
      if (producer !== undefined) wishes.set(producer, largerOf(wishes.get(producer) ?? null, node.wish));
    }
    for (const [producer, size] of wishes) producer.want(size);
  }

  #linksFor(consumer: string, seen: Set<string>): Link[] {
    const producer = this.producerOf(consumer);
    if (producer?.output === undefined || producer.output === null || seen.has(producer.id)) return [];
    seen.add(producer.id);
    const links = [producer.output];
    if (!producer.down) return links;
    const { fallback } = producer.plan;
    if (fallback === 'bypass') links.push(...this.#linksFor(producer.id, seen));
    const slate = fallback === 'slate' ? this.#slate() : null;
    if (slate !== null) links.push(slate);
    return links;
  }
}

function largerOf(a: Size | null, b: Size | null): Size | null {
  if (a === null || b === null) return a ?? b;
  return frameBytes(b) > frameBytes(a) ? b : a;
}
