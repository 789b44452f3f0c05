import { describe, expect, it } from 'vitest';
import { LogGate } from '../../../src/runner/log-gate.ts';

function open() {
  const sent: { line: string; dropped: number }[] = [];
  const waiting: (() => void)[] = [];
  const gate = new LogGate(
    (line, dropped) => sent.push({ line, dropped }),
    (call) => waiting.push(call),
  );
  const windowEnds = (): void => {
    for (const call of waiting.splice(0)) call();
  };
  return { gate, sent, windowEnds };
}

describe('the log of a node', () => {
  it('goes to the daemon line by line, at once', () => {
    const { gate, sent } = open();
    gate.line('one');
    gate.line('two');
    expect(sent).toEqual([
      { line: 'one', dropped: 0 },
      { line: 'two', dropped: 0 },
    ]);
  });

  it('is thinned in a flood: the first lines, the last ones, and how many lay between', () => {
    const { gate, sent, windowEnds } = open();
    for (let index = 0; index < 10_000; index += 1) gate.line(`line ${index}`);
    expect(sent).toHaveLength(100);
    windowEnds();
    expect(sent).toHaveLength(200);
    expect(sent.at(-1)?.line).toBe('line 9999');
    expect(sent.length + sent.reduce((sum, { dropped }) => sum + dropped, 0)).toBe(10_000);
    gate.line('calm again');
    expect(sent.at(-1)).toEqual({ line: 'calm again', dropped: 0 });
  });

  it('counts long lines for many, and cuts what no one can read', () => {
    const { gate, sent, windowEnds } = open();
    for (let index = 0; index < 50; index += 1) gate.line('x'.repeat(1_000_000));
    windowEnds();
    expect(sent.reduce((sum, { line }) => sum + line.length, 0)).toBeLessThan(250_000);
  });

  it('is complete up to the word that it failed', () => {
    const { gate, sent } = open();
    for (let index = 0; index < 150; index += 1) gate.line(`line ${index}`);
    gate.flush();
    expect(sent.map(({ line }) => line)).toEqual(Array.from({ length: 150 }, (_, index) => `line ${index}`));
  });
});
