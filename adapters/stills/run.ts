import type { Presentation, Probe, SinkContext } from '../../src/contract/adapter.ts';
import { nowUs } from '../../src/contract/clock.ts';
import { failure } from '../../src/contract/error.ts';
import type { Frame } from '../../src/contract/frame.ts';
import type { JsonObject, JsonValue } from '../../src/contract/json.ts';
import { probePackage } from '../../src/contract/probe.ts';
import type { PictureEncoder, PictureOptions, StillFormat } from './picture.ts';

/** Frames repeat at the sink's rate, so a still is made within a tick; this bounds the wait where ticks have stopped. */
const STILL_DEADLINE_MS = 3000;

export const probe = (): Promise<Probe> => probePackage('@napi-rs/canvas', () => import('./picture.ts'));

export const sink = { run };

/** Without a viewer or a question its handler only looks at two lists. */
async function run(context: SinkContext): Promise<void> {
  const stills = new Stills(context);
  const previews = new Previews(context);
  context.want(null);
  context.onRequest('still', (params) => stills.ask(params));
  context.onRequest('preview', (params) => previews.set(params));
  await context.present((presentation) => {
    stills.see(presentation.frame);
    previews.see(presentation);
  });
  stills.end();
}

/** Loaded with the first question, so that a node nobody looks at carries no canvas. */
async function newEncoder(): Promise<PictureEncoder> {
  const { PictureEncoder } = await import('./picture.ts');
  return new PictureEncoder();
}

interface Question {
  readonly id: number;
  readonly encoder: PictureEncoder;
  readonly options: PictureOptions;
  readonly answer: (value: JsonObject) => void;
  readonly refuse: (error: unknown) => void;
}

/** Pictures that were asked for once. A frame is only valid inside its tick, so a question waits for the next one. */
class Stills {
  readonly #context: SinkContext;
  #waiting: Question[] = [];
  #seen = false;

  constructor(context: SinkContext) {
    this.#context = context;
  }

  async ask(params: JsonObject): Promise<JsonValue> {
    const options = optionsOf(params, this.#context.config);
    const id = numberOf(params, 'id', 0, 0, Number.MAX_SAFE_INTEGER);
    if (!this.#seen) throw failure('E_FRAME_NONE', `Node "${this.#context.node}" has not seen a frame yet`);
    const encoder = await newEncoder();
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting = this.#waiting.filter((other) => other !== question);
        reject(failure('E_FRAME_NONE', `Node "${this.#context.node}" gets no frames now`));
      }, STILL_DEADLINE_MS);
      const question: Question = {
        id,
        encoder,
        options,
        answer: (value) => {
          clearTimeout(timer);
          resolve(value);
        },
        refuse: (error) => {
          clearTimeout(timer);
          reject(error instanceof Error ? error : failure('E_INTERNAL', String(error)));
        },
      };
      this.#waiting.push(question);
    });
  }

  see(frame: Frame): void {
    this.#seen = true;
    if (this.#waiting.length === 0) return;
    const asked = this.#waiting;
    this.#waiting = [];
    for (const question of asked) void this.#make(frame, question);
  }

  end(): void {
    const asked = this.#waiting;
    this.#waiting = [];
    for (const question of asked)
      question.refuse(failure('E_FRAME_NONE', `Node "${this.#context.node}" is closing`));
  }

  async #make(frame: Frame, question: Question): Promise<void> {
    const { sequence } = frame;
    try {
      const { bytes, size } = await question.encoder.encode(frame, question.options);
      this.#context.bulk(question.id, bytes);
      const contentType = `image/${question.options.format}`;
      question.answer({ width: size.width, height: size.height, sequence, contentType });
    } catch (error) {
      question.refuse(error);
    }
  }
}

/** The JPEG streams, each with its own size and rate; their pictures go out under the stream's id. */
class Previews {
  readonly #context: SinkContext;
  readonly #streams = new Map<number, Preview>();

  constructor(context: SinkContext) {
    this.#context = context;
  }

  async set(params: JsonObject): Promise<JsonValue> {
    const id = numberOf(params, 'id', 0, 0, Number.MAX_SAFE_INTEGER);
    const stream = this.#streams.get(id) ?? new Preview(this.#context, id);
    this.#streams.set(id, stream);
    const on = await stream.set(params);
    if (!on && this.#streams.get(id) === stream) this.#streams.delete(id);
    return { on };
  }

  see(presentation: Presentation): void {
    for (const stream of this.#streams.values()) stream.see(presentation);
  }
}

/**
 * A JPEG stream. One encode at a time: while one runs, frames pass by, and the newest frame after it is next. The last
 * frame of a still picture is not sent again, except to a viewer who has just come.
 */
class Preview {
  readonly #context: SinkContext;
  readonly #id: number;
  #view: View | null = null;
  #wishes = 0;
  #periodUs = 0;
  #dueUs = 0;
  #sent: Frame['sequence'] | null = null;
  #encoding = false;

  constructor(context: SinkContext, id: number) {
    this.#context = context;
    this.#id = id;
  }

  /** Answers whether it is on now. */
  async set(params: JsonObject): Promise<boolean> {
    const { config } = this.#context;
    const wish = (this.#wishes += 1);
    if (params['on'] !== true) {
      this.#view = null;
      return false;
    }
    const options: PictureOptions = { ...optionsOf(params, config), format: 'jpeg' };
    const rateHz = numberOf(params, 'rateHz', numberOf(config, 'previewRateHz', 30, 0.1, 60), 0.1, 240);
    const encoder = this.#view?.encoder ?? (await newEncoder());
    // It may have been switched off, or asked for otherwise, while the canvas was loading.
    if (wish !== this.#wishes) return this.#view !== null;
    this.#view = { encoder, options };
    this.#periodUs = 1e6 / rateHz;
    this.#sent = null;
    this.#dueUs = 0;
    return true;
  }

  see({ frame }: Presentation): void {
    const view = this.#view;
    if (view === null || this.#encoding || frame.sequence === this.#sent) return;
    const now = nowUs();
    // A tick comes a little early or late; without the slack a rate equal to the source's would lose every other frame.
    if (now < this.#dueUs - this.#periodUs * 0.25) return;
    this.#dueUs = Math.max(this.#dueUs + this.#periodUs, now);
    this.#sent = frame.sequence;
    this.#encoding = true;
    void this.#send(frame, view);
  }

  async #send(frame: Frame, { encoder, options }: View): Promise<void> {
    try {
      const { bytes } = await encoder.encode(frame, options);
      if (!this.#context.signal.aborted && this.#view !== null) this.#context.bulk(this.#id, bytes);
    } catch (error) {
      this.#context.log(`preview: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      this.#encoding = false;
    }
  }
}

interface View {
  readonly encoder: PictureEncoder;
  readonly options: PictureOptions;
}

function optionsOf(params: JsonObject, config: JsonObject): PictureOptions {
  return {
    format: formatOf(params['format']),
    maxSide: sideOf(params['maxSide'] ?? config['maxSide']),
    maxWidth: sideOf(params['maxWidth']),
    matte: params['matte'] === 'packed' ? 'packed' : 'none',
    quality: Math.round(numberOf(params, 'quality', numberOf(config, 'jpegQuality', 82, 1, 100), 1, 100)),
  };
}

function sideOf(value: JsonValue | undefined): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? Math.max(1, Math.round(value)) : null;
}

function formatOf(value: JsonValue | undefined): StillFormat {
  if (value === undefined || value === 'jpeg') return 'jpeg';
  if (value === 'png') return 'png';
  throw failure('E_HTTP_INVALID', `A still is "png" or "jpeg", not ${JSON.stringify(value)}`, {
    field: 'format',
  });
}

function numberOf(
  fields: JsonObject,
  key: string,
  otherwise: number,
  minimum: number,
  maximum: number,
): number {
  const value = fields[key];
  return typeof value === 'number' && Number.isFinite(value)
    ? Math.min(maximum, Math.max(minimum, value))
    : otherwise;
}
