import type { Sender } from './command.ts';

/** A show in the home's `shows` folder. */
export interface SavedShow {
  readonly name: string;
  readonly bytes: number;
  /** Wall-clock milliseconds. */
  readonly savedAt: number;
}

/**
 * Shows as files: one text holds everything (graph, values, prompts, presets, cues, timeline, bindings, modulation, tempo). What plays
 * is a working copy that saves itself; a saved show changes only when it is saved over. Rejects with `E_SHOW_…` and `E_GRAPH_…`, and
 * then nothing has changed.
 */
export interface ShowStore {
  /** What plays, as text. Importing it and exporting again gives the same bytes. */
  export(): Promise<string>;
  /** Plays the show in the text instead, live: all of it is checked first, and what is wrong is named by line and field. */
  import(text: string, sender: Sender): Promise<void>;
  list(): Promise<readonly SavedShow[]>;
  /** The text of a saved show. */
  read(name: string): Promise<string>;
  /** Saves what plays. Refuses a name that is taken unless `over`. */
  save(name: string, over: boolean): Promise<SavedShow>;
  open(name: string, sender: Sender): Promise<void>;
  remove(name: string): Promise<void>;
}
