import type { FilterContext, FilterGraph, Frame as AvFrame } from 'node-av/lib';
import { failure } from '../contract/error.ts';
import type { Av } from './av.ts';
import { wordsOf } from './av-error.ts';
import { filterChain, type Coded, type View } from './picture-filter.ts';

/** Threads of one filter graph: what scaling to a live size needs, no more. */
const FILTER_THREADS = 2;

/** Turns decoded pictures into RGBA of a wanted size, shape and orientation. Keeps its filter graph while nothing changes. */
export class RgbaConverter {
  readonly #av: Av;
  readonly #converted: AvFrame;
  #chain: Chain | null = null;

  constructor(av: Av) {
    this.#av = av;
    this.#converted = new av.Frame();
    this.#converted.alloc();
  }

  /** Writes the picture into `target`, `[height, width, 4]` of the view's size. The picture stays valid. */
  async convert(picture: AvFrame, view: View, target: Uint8Array): Promise<void> {
    const { input, output } = await this.#chainFor(picture, view);
    this.#must(
      await input.buffersrcAddFrame(picture, this.#av.constants.AV_BUFFERSRC_FLAG_KEEP_REF),
      'scaling',
    );
    this.#must(await output.buffersinkGetFrame(this.#converted), 'scaling');
    copyRows(this.#converted, view.size.width * 4, view.size.height, target);
    this.#converted.unref();
  }

  /** Not while `convert` is under way. */
  free(): void {
    this.#chain?.graph.free();
    this.#chain = null;
    this.#converted.free();
  }

  async #chainFor(picture: AvFrame, view: View): Promise<Chain> {
    const coded: Coded = { width: picture.width, height: picture.height, pixelAspect: pixelAspect(picture) };
    const description = filterChain(coded, view, this.#matrixOf(picture));
    const key = [
      coded.width,
      coded.height,
      picture.format,
      picture.colorRange,
      picture.colorSpace,
      description,
    ].join(' ');
    if (this.#chain?.key !== key) {
      this.#chain?.graph.free();
      this.#chain = null;
      this.#chain = await this.#build(picture, description, key);
    }
    return this.#chain;
  }

  async #build(picture: AvFrame, description: string, key: string): Promise<Chain> {
    const av = this.#av;
    const graph = new av.FilterGraph();
    graph.alloc();
    try {
      graph.nbThreads = FILTER_THREADS;
      const buffer = av.Filter.getByName('buffer');
      const sink = av.Filter.getByName('buffersink');
      const input = buffer === null ? null : graph.allocFilter(buffer, 'in');
      const output = sink === null ? null : graph.createFilter(sink, 'out', null);
      if (input === null || output === null) throw failure('E_INTERNAL', 'FFmpeg has no filter buffers');
      const set = input.buffersrcParametersSet({
        width: picture.width,
        height: picture.height,
        format: picture.format,
        timeBase: { num: 1, den: 1_000_000 },
        sampleAspectRatio: { num: 1, den: 1 },
        colorRange: picture.colorRange,
        colorSpace: picture.colorSpace,
      });
      this.#must(set, 'preparing to scale');
      this.#must(input.init(null), 'preparing to scale');
      const from = av.FilterInOut.createList([{ name: 'in', filterCtx: input, padIdx: 0 }]);
      const to = av.FilterInOut.createList([{ name: 'out', filterCtx: output, padIdx: 0 }]);
      this.#must(graph.parsePtr(`[in]${description}[out]`, to, from), `preparing "${description}"`);
      this.#must(await graph.config(), `preparing "${description}"`);
      return { graph, input, output, key };
    } catch (error) {
      graph.free();
      throw error;
    }
  }

  /** Files that do not name their YUV matrix: HD is BT.709 by custom, what is smaller BT.601 (FFmpeg's own default). */
  #matrixOf(picture: AvFrame): string | null {
    const { constants } = this.#av;
    return picture.colorSpace === constants.AVCOL_SPC_UNSPECIFIED && picture.height >= 720 ? 'bt709' : null;
  }

  #must(result: number, doing: string): void {
    if (result < 0) throw failure('E_SOURCE_UNREADABLE', `${doing} failed: ${wordsOf(this.#av, result)}`);
  }
}

interface Chain {
  readonly graph: FilterGraph;
  readonly input: FilterContext;
  readonly output: FilterContext;
  readonly key: string;
}

/** 0 stands for unknown. */
export function pixelAspect(picture: AvFrame): number {
  const { num, den } = picture.sampleAspectRatio;
  return num > 0 && den > 0 ? num / den : 1;
}

/** FFmpeg pads its rows; ours are dense. */
export function copyRows(picture: AvFrame, row: number, height: number, target: Uint8Array): void {
  const plane = picture.data?.[0];
  const stride = picture.linesize[0] ?? 0;
  if (
    plane === undefined ||
    stride < row ||
    plane.length < stride * (height - 1) + row ||
    target.length < row * height
  ) {
    throw failure('E_INTERNAL', 'FFmpeg returned a picture of an unexpected size');
  }
  if (stride === row) {
    target.set(plane.subarray(0, row * height));
    return;
  }
  for (let y = 0; y < height; y += 1) target.set(plane.subarray(y * stride, y * stride + row), y * row);
}
