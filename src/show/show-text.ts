import type { Clock } from '../contract/clock.ts';
import type { ReadEndpoint } from '../contract/graph-places.ts';
import { Pacer } from './pacer.ts';
import { PartPrinter, type Parts } from './part-printer.ts';
import { parseShow, readShow, topFirst, type ShowFile } from './show-file.ts';
import { ShowReader } from './show-reader.ts';

/** What a change leaves alone, and is long. */
const parts: Parts = {
  bindings: 'each',
  presets: { list: 'each' },
  timeline: { tracks: 'each', prompts: 'each', marks: 'whole' },
};

/** A show to text and back while it plays: the fullest one holds the loop for no longer than its longest part. */
export class ShowText {
  readonly #printer: PartPrinter;
  readonly #reader: ShowReader;
  readonly #readEndpoint: ReadEndpoint;

  constructor(clock: Clock, readEndpoint: ReadEndpoint) {
    this.#readEndpoint = readEndpoint;
    const pacer = new Pacer(clock);
    this.#printer = new PartPrinter({ parts, indent: 2, pacer });
    this.#reader = new ShowReader(pacer);
  }

  /** The same show is the same bytes, as long as its parts put their fields in the same order. */
  async print(show: ShowFile): Promise<string> {
    return `${await this.#printer.print(topFirst(show))}\n`;
  }

  /** With its fields in the order of the schema at every depth: parts may have put them together in another. */
  async tidy(show: ShowFile): Promise<string> {
    return this.print((await this.#reader.read(show)) ?? show);
  }

  /** Throws E_SHOW_FILE with line and field, or E_SHOW_NEWER. */
  async read(text: string): Promise<ShowFile> {
    const given = parseShow(text, this.#readEndpoint);
    const show = given === null ? null : await this.#reader.read(given);
    // Only the text as a whole says in which line it is wrong.
    return show ?? readShow(text, this.#readEndpoint).show;
  }
}
