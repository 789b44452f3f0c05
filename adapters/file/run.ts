import { stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Probe, SourceContext } from '../../src/contract/adapter.ts';
import { nowUs } from '../../src/contract/clock.ts';
import { failure, type ReverieError } from '../../src/contract/error.ts';
import {
  frameBytes,
  MAX_DIMENSION,
  sameSize,
  type AspectPolicy,
  type Rotation,
  type Size,
} from '../../src/contract/frame.ts';
import type { JsonObject, JsonValue } from '../../src/contract/json.ts';
import { probeAv } from '../../src/codec/av.ts';
import { combined, quarterTurns, type Turn } from '../../src/codec/orientation.ts';
import type { Picture } from '../../src/codec/video-input.ts';
import { VideoReader } from '../../src/codec/video-reader.ts';
import { MediaClock } from '../../src/codec/media-clock.ts';
import { MediaTimeline } from '../../src/codec/media-timeline.ts';
import { placeOf } from './media-folder.ts';

export { discover } from './media-folder.ts';

export function probe(): Promise<Probe> {
  return probeAv();
}

export const source = { run };

async function run(context: SourceContext): Promise<void> {
  const settings = readConfig(context.config);
  const player = new Player(context, settings);
  try {
    await player.play();
  } catch (error) {
    if (!context.signal.aborted) throw error;
  } finally {
    await player.close();
  }
}

interface Settings {
  readonly path: string;
  readonly loop: boolean;
  readonly turn: Turn;
  readonly aspect: AspectPolicy;
  readonly stillRateHz: number;
}

function readConfig(config: JsonObject): Settings {
  const { path, loop, rotation, aspect, stillRateHz } = config;
  return {
    path: typeof path === 'string' ? (placeOf(path) ?? path) : '',
    loop: loop !== false,
    turn: quarterTurns(rotationOf(rotation)),
    aspect: aspect === 'fit' || aspect === 'stretch' ? aspect : 'fill',
    stillRateHz: typeof stillRateHz === 'number' ? stillRateHz : 30,
  };
}

function rotationOf(value: JsonValue | undefined): Rotation {
  return value === 90 || value === 180 || value === 270 ? value : 0;
}

/** Tells one file from another under the same name. */
interface Identity {
  readonly inode: number;
  readonly bytes: number;
  readonly changedMs: number;
}

class Player {
  readonly #context: SourceContext;
  readonly #settings: Settings;
  readonly #clock = new MediaClock();
  #reader: VideoReader | null = null;
  #identity: Identity | null = null;
  #wanted: Size | null;
  #described = '';

  constructor(context: SourceContext, settings: Settings) {
    this.#context = context;
    this.#settings = settings;
    this.#wanted = context.wanted;
    context.onWanted((size) => (this.#wanted = size));
  }

  async play(): Promise<void> {
    let reader = await this.#open();
    const timeline = new MediaTimeline(reader.facts.rateHz);
    for (;;) {
      const shown = await this.#pass(reader, timeline);
      if (this.#context.signal.aborted) return;
      if (shown === 0) throw unreadable(this.#settings.path, 'none of its pictures can be decoded');
      if (!this.#settings.loop) return;
      reader = await this.#again(reader);
      if (shown === 1) {
        await this.#still(reader, timeline);
        if (this.#context.signal.aborted) return;
        reader = await this.#again(reader);
      }
    }
  }

  async close(): Promise<void> {
    await this.#reader?.close();
    this.#reader = null;
  }

  /** The whole file once. Answers how many pictures it had. */
  async #pass(reader: VideoReader, timeline: MediaTimeline): Promise<number> {
    let count = 0;
    for (;;) {
      const picture = await reader.next();
      if (picture === null || this.#context.signal.aborted) return count;
      count += 1;
      const at = timeline.place(picture);
      if (this.#context.lockstep) await this.#show(reader, picture, null);
      else {
        const verdict = this.#clock.judge(at, picture.durationSeconds ?? 0.04, nowUs());
        if (verdict.show) await this.#show(reader, picture, verdict.dueUs);
      }
      if (count === 1 || count % 100 === 0) this.#describe(reader, picture, reader.facts.rateHz);
    }
  }

  /** A file of one picture: decoded once, drawn once for a size, sent again and again until the file changes. */
  async #still(reader: VideoReader, timeline: MediaTimeline): Promise<void> {
    const picture = await reader.next();
    if (picture === null) return;
    const { signal, lockstep } = this.#context;
    const { stillRateHz, aspect, turn } = this.#settings;
    let pixels = new Uint8Array(0);
    let drawn: Size = { width: 0, height: 0 };
    for (let sent = 1; !signal.aborted; sent += 1) {
      if (sent % Math.ceil(stillRateHz) === 0 && !(await this.#unchanged())) return;
      const size = this.#sizeFor(picture);
      const frame = await this.#context.output(size);
      if (!sameSize(drawn, size)) {
        if (pixels.length !== frameBytes(size)) pixels = new Uint8Array(frameBytes(size));
        await reader.draw({ size, aspect, turn }, pixels);
        drawn = size;
        this.#describe(reader, picture, stillRateHz);
      }
      frame.data.set(pixels);
      const at = timeline.place({ seconds: null, durationSeconds: 1 / stillRateHz });
      const verdict = lockstep ? null : this.#clock.judge(at, 1 / stillRateHz, nowUs());
      if (verdict?.show === true) await this.#until(verdict.dueUs);
      frame.publish(verdict?.show === true ? { ptsUs: verdict.dueUs } : {});
    }
  }

  async #show(reader: VideoReader, picture: Picture, dueUs: number | null): Promise<void> {
    const size = this.#sizeFor(picture);
    const frame = await this.#context.output(size);
    await reader.draw({ size, aspect: this.#settings.aspect, turn: this.#settings.turn }, frame.data);
    if (dueUs === null) frame.publish();
    else {
      await this.#until(dueUs);
      frame.publish({ ptsUs: dueUs });
    }
  }

  /** Timers count from the start of the turn they were set in and may fire early; hence the second look. */
  async #until(dueUs: number): Promise<void> {
    for (;;) {
      const waitMs = (dueUs - nowUs()) / 1e3;
      if (waitMs < 0.5) return;
      await sleep(Math.round(waitMs), undefined, { signal: this.#context.signal });
    }
  }

  /** What the consumers want; else the picture's own size, brought under the largest there is. */
  #sizeFor(picture: Picture): Size {
    if (this.#wanted !== null) return this.#wanted;
    const { width, height } = this.#settings.turn.swaps
      ? { width: picture.size.height, height: picture.size.width }
      : picture.size;
    const scale = Math.min(1, MAX_DIMENSION / Math.max(width, height));
    return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
  }

  async #open(): Promise<VideoReader> {
    const { path } = this.#settings;
    if (placeOf(path) === null)
      throw unreadable(path, 'neither an absolute path nor the name of a file in the media folder');
    this.#identity = await identityOf(path);
    this.#context.busy(`opening ${path}`, 20_000);
    this.#reader = await VideoReader.open(path);
    return this.#reader;
  }

  /** Back to the start: wound back where the file allows it and is still the same, else opened anew. */
  async #again(reader: VideoReader): Promise<VideoReader> {
    if ((await this.#unchanged()) && (await reader.rewind())) return reader;
    await reader.close();
    this.#reader = null;
    return await this.#open();
  }

  async #unchanged(): Promise<boolean> {
    const was = this.#identity;
    const now = await identityOf(this.#settings.path);
    return (
      was !== null && now.inode === was.inode && now.bytes === was.bytes && now.changedMs === was.changedMs
    );
  }

  #describe(reader: VideoReader, picture: Picture, rateHz: number | null): void {
    const { facts } = reader;
    const size = this.#sizeFor(picture);
    const info: JsonObject = {
      path: this.#settings.path,
      container: facts.container,
      codec: facts.codec,
      fileWidth: facts.size.width,
      fileHeight: facts.size.height,
      width: size.width,
      height: size.height,
      rateHz,
      durationSeconds: facts.durationSeconds,
      rotation: combined(picture.turn, this.#settings.turn).degrees,
      audio: facts.audioStreams > 0 ? 'left out' : 'none',
      damaged: reader.damaged,
      dropped: this.#clock.dropped,
      stalls: this.#clock.stalls,
    };
    const text = JSON.stringify(info);
    if (text === this.#described) return;
    this.#described = text;
    this.#context.describe(info);
  }
}

/**
 * Rejects unless the path leads to an ordinary file: `E_SOURCE_LOST` where there is nothing, which may come back;
 * `E_SOURCE_UNREADABLE` for folders, devices, pipes and what may not be seen.
 */
async function identityOf(path: string): Promise<Identity> {
  const facts = await stat(path).catch((error: unknown) => {
    if (isAbsent(error)) throw failure('E_SOURCE_LOST', `${path}: there is no such file`, { path }, error);
    throw unreadable(path, error instanceof Error ? error.message : String(error), error);
  });
  if (!facts.isFile())
    throw unreadable(path, facts.isDirectory() ? 'it is a folder' : 'it is no ordinary file');
  return { inode: facts.ino, bytes: facts.size, changedMs: facts.mtimeMs };
}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}

function unreadable(path: string, why: string, cause?: unknown): ReverieError {
  return failure('E_SOURCE_UNREADABLE', `${path}: ${why}`, { path }, cause);
}
