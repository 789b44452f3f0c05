import type { Entry } from './entry.ts';
import type { ShowFile } from './show-file.ts';

/** A part of the show with a life of its own (tempo, presets, bindings): what it answers to and what it keeps. */
export interface ShowPart {
  readonly entries: readonly Entry[];
  /** Its share of the show file. */
  kept(): Partial<ShowFile>;
  /** Takes its share of a show that was opened, at the start or while another plays; parsed and whole. */
  restore(show: ShowFile): void;
  close?(): void;
}
