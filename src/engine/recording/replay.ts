import { failure } from '../../contract/error.ts';
import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { replayRequest, type ReplayRequest, type ReplayState } from '../../contract/recording.ts';
import { numberOf } from './recording-news.ts';

const ID = '~record-replay';

export interface ReplayHost<Node> {
  /** `keep`: what the adapter keeps of it. */
  open(id: string, target: string, settings: JsonObject, keep: JsonObject): Node;
  close(node: Node): void;
  request(node: Node, method: string, params: JsonObject): Promise<JsonValue>;
  hasNode(id: string): boolean;
  changed(): void;
}

interface Wish {
  readonly seconds: number;
  readonly node: string;
  readonly maxBytes: number;
  readonly quality: number;
}

const nothing = { keptSeconds: 0, bytes: 0, frames: 0, evicted: 0, skipped: 0 };

/** The last seconds of one node, kept by a hidden sink in its runner's memory. */
export class Replay<Node> {
  readonly #host: ReplayHost<Node>;
  #wish: Wish | null = null;
  #node: Node | null = null;
  #kept = nothing;

  constructor(host: ReplayHost<Node>) {
    this.#host = host;
  }

  state(): ReplayState {
    const { seconds = 0, node = null, maxBytes = 0 } = this.#wish ?? {};
    return { seconds, node, maxBytes, ...this.#kept };
  }

  /** The same wish again changes nothing: what is kept stays. */
  keep(request: ReplayRequest, node: string): ReplayState {
    const { seconds, megabytes, quality } = replayRequest.parse(request);
    const wish = seconds === 0 ? null : { seconds, node, maxBytes: megabytes * 1e6, quality };
    if (JSON.stringify(wish) === JSON.stringify(this.#wish)) return this.state();
    this.close();
    if (wish !== null) this.#node = this.#open(wish);
    this.#wish = wish;
    this.#host.changed();
    return this.state();
  }

  async save(): Promise<{ readonly node: string; readonly saved: JsonObject }> {
    if (this.#wish === null || this.#node === null)
      throw failure('E_REPLAY_EMPTY', 'Nothing is kept that could be saved');
    const saved = await this.#host.request(this.#node, 'save', {});
    if (typeof saved !== 'object' || saved === null || Array.isArray(saved))
      throw failure('E_INTERNAL', 'The runner did not say what it saved');
    return { node: this.#wish.node, saved };
  }

  tell(say: (id: string) => void): void {
    if (this.#node !== null) say(ID);
  }

  heard(node: string, data: JsonObject): boolean {
    if (node !== ID) return false;
    this.#kept = {
      keptSeconds: numberOf(data['keptSeconds']),
      bytes: numberOf(data['bytes']),
      frames: numberOf(data['frames']),
      evicted: numberOf(data['evicted']),
      skipped: numberOf(data['skipped']),
    };
    this.#host.changed();
    return true;
  }

  /** After a change of the graph: its node left, or is back. */
  lookAgain(): void {
    if (this.#wish === null) return;
    const there = this.#host.hasNode(this.#wish.node);
    if (there && this.#node === null) this.#node = this.#open(this.#wish);
    else if (!there) this.#drop();
  }

  close(): void {
    this.#drop();
    this.#wish = null;
  }

  #open({ node, seconds, maxBytes, quality }: Wish): Node {
    const keep = { keepSeconds: seconds, keepMegabytes: maxBytes / 1e6 };
    return this.#host.open(ID, node, { quality }, keep);
  }

  #drop(): void {
    if (this.#node !== null) this.#host.close(this.#node);
    this.#node = null;
    this.#kept = nothing;
  }
}
