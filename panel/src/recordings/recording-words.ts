import type { RecordingFile } from '../../../src/contract/recording.ts';
import { bytesText, durationText } from '../files/amounts.ts';

/** `0:42 · 1280 × 720 · 18 MB · from main`, as much of it as is known. */
export function factsOf({ kind, seconds, size, bytes, frames, node, skipped }: RecordingFile): string {
  const parts = [
    kind === 'still' ? 'still' : kind === 'pictures' ? `${frames ?? 'some'} pictures` : null,
    seconds === null || kind === 'still' ? null : durationText(seconds),
    size === null ? null : `${size.width} × ${size.height}`,
    bytesText(bytes),
    node === null ? null : `from ${node}`,
    skipped > 0 ? `${skipped} pictures left out` : null,
  ];
  return parts.filter((part) => part !== null).join(' · ');
}

/** What is to be known of a file that is not simply done. */
export function stateOf({ state }: Pick<RecordingFile, 'state'>): string | null {
  switch (state) {
    case 'recording':
      return 'Being recorded';
    case 'interrupted':
      return 'Broken off; it plays up to about its last second';
    case 'failed':
      return 'Ended early; it plays up to there';
    case 'done':
      return null;
  }
}
