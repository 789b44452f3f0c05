// Stands for the runner's source and sink contexts, over heap buffers in one process. It cannot show shared memory, slots that
// are taken away, generations of a link, the message channel, or how the timing holds up beside other processes.
import { once } from 'node:events';
import type {
  AdapterModule,
  ControlContext,
  OutputFrame,
  Presentation,
  SinkContext,
  SourceContext,
} from '../../src/contract/adapter.ts';
import { nowUs } from '../../src/contract/clock.ts';
import { frameBytes, type Frame, type Size } from '../../src/contract/frame.ts';
import type { JsonObject, JsonValue } from '../../src/contract/json.ts';
import { fillResidue } from '../../src/testing/residue.ts';

type Handler = (params: JsonObject) => Promise<JsonValue>;

export interface Bulk {
  readonly id: number;
  readonly bytes: Uint8Array;
}

/** What both kinds of context share. */
abstract class ContextDouble {
  readonly node = 'double';
  readonly config: JsonObject;
  readonly controller = new AbortController();
  readonly logs: string[] = [];
  readonly infos: JsonObject[] = [];
  readonly bulks: Bulk[] = [];
  readonly #handlers = new Map<string, Handler>();

  constructor(config: JsonObject) {
    this.config = config;
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  get info(): JsonObject {
    return this.infos.at(-1) ?? {};
  }

  log = (line: string): void => void this.logs.push(line);
  busy = (): void => {};
  describe = (info: JsonObject): void => void this.infos.push(info);
  onRequest = (method: string, handler: Handler): void => void this.#handlers.set(method, handler);
  event = (): void => {};
  bulk = (id: number, bytes: Uint8Array): void => void this.bulks.push({ id, bytes });

  get methods(): readonly string[] {
    return [...this.#handlers.keys()];
  }

  async request(method: string, params: JsonObject): Promise<JsonValue> {
    const handler = this.#handlers.get(method);
    if (handler === undefined) throw new Error(`no handler for "${method}"`);
    return await handler(params);
  }
}

export interface SourceOptions {
  readonly config: JsonObject;
  readonly wanted?: Size | null;
  readonly lockstep?: boolean;
  /** A link whose consumers take nothing: no slot is ever free. */
  readonly full?: boolean;
  /** Called with each published frame, which is overwritten later; copy what must stay. */
  readonly onFrame?: (frame: Frame, context: SourceDouble) => void;
}

export class SourceDouble extends ContextDouble implements SourceContext {
  wanted: Size | null;
  readonly lockstep: boolean;
  readonly #full: boolean;
  readonly #onFrame: SourceOptions['onFrame'];
  readonly #listeners: ((size: Size | null) => void)[] = [];
  #pixels = new Uint8Array(0);
  #sequence = 0;
  #out = false;
  /** How often a slot was asked for. */
  asked = 0;

  constructor(options: SourceOptions) {
    super(options.config);
    this.wanted = options.wanted ?? null;
    this.lockstep = options.lockstep ?? false;
    this.#full = options.full ?? false;
    this.#onFrame = options.onFrame;
  }

  onWanted = (listener: (size: Size | null) => void): void => void this.#listeners.push(listener);

  want(size: Size | null): void {
    this.wanted = size;
    for (const listener of this.#listeners) listener(size);
  }

  output = async (size: Size): Promise<OutputFrame> => {
    this.asked += 1;
    // A grant arrives as a message, never in the same turn.
    await new Promise(setImmediate);
    // Ended meanwhile, it will not be ended again.
    if (this.#full && !this.signal.aborted) await once(this.signal, 'abort');
    if (this.signal.aborted) throw new Error('aborted');
    if (this.#out) throw new Error('a second output was asked for before the first was published');
    if (this.#pixels.length !== frameBytes(size)) this.#pixels = new Uint8Array(frameBytes(size));
    // What a slot held before is undefined; a source that leaves pixels unwritten shows these.
    fillResidue(this.#pixels);
    this.#out = true;
    const { width, height } = size;
    const sequence = this.#sequence;
    const data = this.#pixels;
    return {
      width,
      height,
      data,
      sequence,
      publish: (times) => {
        if (!this.#out) throw new Error('published twice');
        this.#out = false;
        this.#sequence += 1;
        const ptsUs = times?.ptsUs ?? nowUs();
        const captureUs = times?.captureUs ?? nowUs();
        this.#onFrame?.({ width, height, data, format: 'rgba8', sequence, ptsUs, captureUs }, this);
      },
    };
  };
}

export class ControlDouble extends ContextDouble implements ControlContext {
  alive = false;
  send = (): void => {};
  reject = (): void => {};
  live = (): void => void (this.alive = true);
}

export interface SourceRun {
  readonly frames: readonly Frame[];
  readonly context: SourceDouble;
}

/** Plays a source until `count` frames are there, then aborts it and waits for its end. Frames are copies. */
export async function playSource(
  module: AdapterModule,
  options: Omit<SourceOptions, 'onFrame'> & {
    readonly onFrame?: (frame: Frame, context: SourceDouble) => void;
  },
  count: number,
): Promise<SourceRun> {
  if (module.source === undefined) throw new Error('the adapter has no source');
  const frames: Frame[] = [];
  const context = new SourceDouble({
    ...options,
    onFrame: (frame, self) => {
      if (frames.length >= count) return;
      frames.push({ ...frame, data: frame.data.slice() });
      options.onFrame?.(frame, self);
      if (frames.length >= count) self.controller.abort();
    },
  });
  await module.source.run(context).catch((error: unknown) => {
    if (!context.signal.aborted) throw error;
  });
  return { frames, context };
}

export class SinkDouble extends ContextDouble implements SinkContext {
  readonly rateHz = 60;
  wanted: Size | null = null;
  #handler: ((presentation: Presentation) => void | Promise<void>) | null = null;
  #ready: (() => void) | null = null;
  #sequence = 0;

  want = (size: Size | null): void => void (this.wanted = size);

  present = (handler: (presentation: Presentation) => void | Promise<void>): Promise<void> => {
    this.#handler = handler;
    this.#ready?.();
    return new Promise((resolve) => {
      if (this.signal.aborted) resolve();
      this.signal.addEventListener('abort', () => resolve(), { once: true });
    });
  };

  /** Resolves once the sink presents. */
  async presenting(): Promise<void> {
    if (this.#handler === null) await new Promise<void>((resolve) => (this.#ready = resolve));
  }

  /** Shows a frame, or with `repeat` the same frame again, and wipes it afterwards, as a slot that goes back would be. */
  async show(size: Size, data: Uint8Array, repeat = false): Promise<number> {
    if (this.#handler === null) throw new Error('the sink does not present');
    if (!repeat) this.#sequence += 1;
    const lent = data.slice();
    const sequence = this.#sequence;
    const frame: Frame = {
      ...size,
      data: lent,
      format: 'rgba8',
      sequence,
      ptsUs: nowUs(),
      captureUs: nowUs(),
    };
    await this.#handler({ frame, repeat });
    lent.fill(0xee);
    return sequence;
  }
}

/** Waits for something to become true, at most `timeoutMs`. */
export async function until(holds: () => boolean, timeoutMs = 5000): Promise<void> {
  const end = nowUs() + timeoutMs * 1000;
  while (!holds()) {
    if (nowUs() > end) throw new Error('waited in vain');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
