import type { Size } from '../../src/contract/frame.ts';

/** One file of a recording, or one folder of pictures, as it grows. */
export interface Part {
  readonly path: string;
  readonly kind: 'video' | 'pictures';
  readonly size: Size;
  /** Milliseconds since 1970, and the same instant on the clock of the frames. */
  readonly startedAt: number;
  readonly startUs: number;
  readonly seconds: number;
  readonly bytes: number;
  readonly frames: number;
  /** Its last picture ends at `endUs`. Answers what went wrong at the end; what is in it plays all the same. */
  finish(endUs: number): Promise<Error | null>;
  /** It cannot be written any more: nothing else is tried, what is in it stays. */
  leave(): Promise<void>;
}
