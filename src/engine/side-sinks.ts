/** A side sink that nobody holds is taken away after this long. */
const IDLE_MS = 5_000;

/** Makes and removes a hidden sink that is linked to a node of the graph. */
export interface SideSinkHost<Node> {
  open(target: string): Node;
  close(node: Node): void;
}

interface Held<Node> {
  readonly node: Node;
  holders: number;
  idle: NodeJS.Timeout | null;
}

/** Hidden sinks beside the nodes of the graph, one a node, as long as somebody looks and some seconds more. */
export class SideSinks<Node> {
  readonly #host: SideSinkHost<Node>;
  readonly #held = new Map<string, Held<Node>>();

  constructor(host: SideSinkHost<Node>) {
    this.#host = host;
  }

  /** Every `hold` needs a `release`. */
  hold(target: string): Node {
    const held = this.#held.get(target) ?? this.#open(target);
    if (held.idle !== null) clearTimeout(held.idle);
    held.idle = null;
    held.holders += 1;
    return held.node;
  }

  /** Nothing happens where the sink is gone already. */
  release(target: string, node: Node): void {
    const held = this.#held.get(target);
    if (held?.node !== node) return;
    held.holders -= 1;
    if (held.holders === 0) held.idle = setTimeout(() => this.drop(target), IDLE_MS);
  }

  /** The node left the graph, whoever still looks. */
  drop(target: string): void {
    const held = this.#held.get(target);
    if (held === undefined) return;
    this.#held.delete(target);
    if (held.idle !== null) clearTimeout(held.idle);
    this.#host.close(held.node);
  }

  close(): void {
    for (const target of this.#held.keys()) this.drop(target);
  }

  #open(target: string): Held<Node> {
    const held = { node: this.#host.open(target), holders: 0, idle: null };
    this.#held.set(target, held);
    return held;
  }
}
