import { describe, expect, it } from 'vitest';
import { excerptOf } from '../../../src/engine/log-excerpt.ts';

const bytesOf = (lines: readonly string[]): number => Buffer.byteLength(JSON.stringify(lines));

describe('the log lines of a fault, as status carries them', () => {
  it('are all there where they are few and short', () => {
    const lines = Array.from({ length: 200 }, (_, index) => `line ${index}`);
    expect(excerptOf(lines)).toEqual(lines);
  });

  it('are cut where they are long, and say so', () => {
    const [line = ''] = excerptOf(['a'.repeat(1_900)]);
    expect(line).toBe(`${'a'.repeat(500)}… (1400 more characters)`);
  });

  it.each([
    ['long', 'long words '.repeat(180)],
    ['of more than one byte a letter', '絵'.repeat(2_000)],
    ['of control characters', '\u0001'.repeat(2_000)],
    ['of quotes', '"'.repeat(2_000)],
  ])('stay below 32 KB where they are %s: the newest ones, and where the others are', (_name, text) => {
    const lines = Array.from({ length: 200 }, (_, index) => `${index} ${text}`);
    const kept = excerptOf(lines);
    expect(bytesOf(kept)).toBeLessThan(32_768);
    expect(bytesOf(kept)).toBeGreaterThan(20_000);
    expect(kept[0]).toBe(`… ${201 - kept.length} earlier lines: see GET /api/v1/nodes/ID`);
    expect(kept.at(-1)).toContain('199 ');
  });
});
