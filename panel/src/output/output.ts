import { PictureLines } from '../preview/picture-lines.ts';
import { outputOf, type Doorway } from './doorway.ts';
import type { Surface } from './surface.ts';
import type { Wish } from './wish.ts';

/** While no picture comes, the daemon is asked this often what there is to see. */
const SEEK_MS = 1000;
/** Pictures that stand still are sent anew several times a second; who is silent for longer has lost what it looked at. */
const SILENT_MS = 2000;

export interface OutputPage {
  readonly body: HTMLElement;
  readonly video: HTMLVideoElement;
  readonly surface: Surface;
}

/**
 * One node's picture and nothing else, for as long as the page is open. It keeps its last picture while the daemon is away, lets
 * itself in again, and follows the show to another output.
 */
export class Output {
  readonly #page: OutputPage;
  readonly #wish: Wish;
  readonly #doorway: Doorway;
  #node: string | null = null;
  #lines: PictureLines | null = null;
  #pictureMs = -Infinity;
  #seeking = false;

  constructor(page: OutputPage, wish: Wish, doorway: Doorway) {
    this.#page = page;
    this.#wish = wish;
    this.#doorway = doorway;
    page.body.dataset['shown'] = 'canvas';
    page.body.dataset['fit'] = wish.fit;
    setInterval(() => void this.#look(), SEEK_MS);
    void this.#look();
  }

  async #look(): Promise<void> {
    if (this.#seeking || document.hidden || performance.now() - this.#pictureMs < SILENT_MS) return;
    this.#seeking = true;
    const graph = await this.#doorway.graph();
    this.#seeking = false;
    if (graph === null) return;
    const node = this.#wish.node ?? outputOf(graph);
    if (node !== null && node !== this.#node) this.#open(node);
  }

  #open(node: string): void {
    this.#lines?.close();
    this.#node = node;
    const { video, surface } = this.#page;
    const { matte } = this.#wish;
    this.#lines = new PictureLines({ node, matte }, video, {
      jpeg: (picture) => {
        surface.draw(picture, picture.width, picture.height);
        this.#showed('canvas');
      },
      video: ({ width, height }) => {
        if (matte === 'packed') surface.draw(video, width, height);
        this.#showed(matte === 'packed' ? 'canvas' : 'video');
      },
      videoEnds: () => this.#keepLast(),
      looked: () => undefined,
    });
  }

  /** A video that ends shows nothing any more: its last picture stays on the canvas. */
  #keepLast(): void {
    const { video, surface, body } = this.#page;
    if (body.dataset['shown'] !== 'video' || video.videoWidth === 0) return;
    surface.draw(video, video.videoWidth, video.videoHeight);
    body.dataset['shown'] = 'canvas';
  }

  #showed(what: 'canvas' | 'video'): void {
    this.#pictureMs = performance.now();
    this.#page.body.dataset['shown'] = what;
  }
}
