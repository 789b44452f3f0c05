import { isDeepStrictEqual } from 'node:util';
import type { AdapterModule, Endpoint } from '../contract/adapter.ts';
import type { NodeOpening } from '../contract/protocol.ts';
import { importModule, type NodeIo, type RunnerNode } from './node-io.ts';

/** However often an adapter says what it found, the daemon hears it this often at most. */
const TOLD_EVERY_MS = 100;
/** More than anybody would pick from. */
const MOST_ENDPOINTS = 500;

/** An adapter's search for endpoints at work: what it finds goes up as the event `found`, the newest list only. */
export class FinderNode implements RunnerNode {
  readonly io: NodeIo;
  readonly #opening: NodeOpening;
  #found: readonly Endpoint[] = [];
  #told: readonly Endpoint[] | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(io: NodeIo, opening: NodeOpening) {
    this.io = io;
    this.#opening = opening;
  }

  async start(): Promise<void> {
    const { signal } = this.io.abort;
    try {
      const adapter = await importModule<AdapterModule>(this.#opening.module);
      if (adapter.discover === undefined) throw new TypeError('This adapter searches for nothing');
      this.io.state('ready');
      await adapter.discover({ signal, log: this.io.log, found: (endpoints) => this.#see(endpoints) });
    } catch (error) {
      if (!signal.aborted) this.io.fail(error, 'E_SOURCE_LOST');
      return;
    }
    if (!signal.aborted) this.io.state('off');
  }

  close(): Promise<void> {
    this.io.abort.abort();
    if (this.#timer !== null) clearTimeout(this.#timer);
    return Promise.resolve();
  }

  #see(endpoints: readonly Endpoint[]): void {
    if (endpoints.length > MOST_ENDPOINTS)
      this.io.log(`${endpoints.length} endpoints were found; the first ${MOST_ENDPOINTS} are told`);
    this.#found = endpoints.slice(0, MOST_ENDPOINTS).map(({ url, name, size, rateHz }) => ({
      url,
      name,
      size: size === null ? null : { width: size.width, height: size.height },
      rateHz,
    }));
    if (this.#timer !== null) return;
    this.#tell();
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#tell();
    }, TOLD_EVERY_MS);
  }

  #tell(): void {
    if (this.io.abort.signal.aborted || isDeepStrictEqual(this.#found, this.#told)) return;
    this.#told = this.#found;
    this.io.event('found', {
      endpoints: this.#found.map((endpoint) => ({ ...endpoint, size: sizeOf(endpoint) })),
    });
  }
}

function sizeOf({ size }: Endpoint): { width: number; height: number } | null {
  return size === null ? null : { ...size };
}
