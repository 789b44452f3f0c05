import { shortened } from './log-ring.ts';

const LINE_CHARACTERS = 500;
const BYTES = 32_000;
/** Of the line that says how many there are beyond. */
const NOTE_BYTES = 200;

/** The newest lines that fit into what status may carry for one fault, each cut to a length that can be read. */
export function excerptOf(lines: readonly string[]): readonly string[] {
  const kept: string[] = [];
  let bytes = NOTE_BYTES;
  for (const line of lines.toReversed()) {
    const short = shortened(line, LINE_CHARACTERS);
    // As JSON has it: quotes, and control characters of up to six bytes each.
    bytes += Buffer.byteLength(JSON.stringify(short)) + 1;
    if (bytes > BYTES) break;
    kept.unshift(short);
  }
  const left = lines.length - kept.length;
  return left === 0 ? kept : [`… ${left} earlier lines: see GET /api/v1/nodes/ID`, ...kept];
}
