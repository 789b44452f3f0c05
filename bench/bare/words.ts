import type { MemoryRef } from '../../src/contract/protocol.ts';

export type Role = 'source' | 'stage' | 'sink';

export interface Task {
  readonly role: Role;
  readonly bytes: number;
  readonly input: MemoryRef | null;
  readonly output: MemoryRef | null;
  /** Frames a second; null where every frame waits for the one before to be taken. */
  readonly rateHz: number | null;
}

/** Down: a slot to write, a frame to read, an end to the warm-up, a call for the figures. */
export type Down =
  | { readonly t: 'grant'; readonly slot: number }
  | { readonly t: 'frame'; readonly slot: number; readonly atUs: number }
  | { readonly t: 'reset' }
  | { readonly t: 'report' };

export type Up =
  | { readonly t: 'hello' }
  | { readonly t: 'publish'; readonly slot: number; readonly atUs: number }
  | { readonly t: 'take'; readonly release: number | null }
  | ({ readonly t: 'report' } & ChildFigures);

/** Times in milliseconds. */
export interface ChildFigures {
  readonly frames: number;
  readonly late: number;
  readonly hopP50: number;
  readonly hopP99: number;
  readonly copyP50: number;
}
