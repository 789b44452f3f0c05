import { describe, expect, it } from 'vitest';
import { LogIntake } from '../../../src/engine/log-intake.ts';

/** A stream that is read by hand, with a clock that goes on when it is told to. */
function listen() {
  const lines: string[] = [];
  const waiting: (() => void)[] = [];
  const seen = { lines, dropped: 0, held: 0, resumed: 0 };
  const intake = new LogIntake({
    line: (text) => lines.push(text),
    dropped: (count) => (seen.dropped += count),
    hold: () => {
      seen.held += 1;
      return () => (seen.resumed += 1);
    },
    later: (call) => waiting.push(call),
  });
  return Object.assign(seen, {
    intake,
    say: (text: string) => intake.take(Buffer.from(text)),
    windowEnds: () => {
      for (const call of waiting.splice(0)) call();
    },
  });
}

const numbered = (from: number, count: number): string =>
  Array.from({ length: count }, (_, index) => `line ${from + index}\n`).join('');

describe('what a runner says', () => {
  it('is read line by line, whatever pieces it comes in', () => {
    const log = listen();
    log.say('one\ntw');
    log.say('o\nthree');
    expect(log.lines).toEqual(['one', 'two']);
    log.intake.flush();
    expect(log.lines).toEqual(['one', 'two', 'three']);
    expect(log.dropped).toBe(0);
  });

  it('keeps letters whole that come in two pieces', () => {
    const log = listen();
    const bytes = Buffer.from('Größe\n');
    log.intake.take(bytes.subarray(0, 3));
    log.intake.take(bytes.subarray(3));
    expect(log.lines).toEqual(['Größe']);
  });

  it('is read in full where it is much, but not a flood', () => {
    const log = listen();
    log.say(numbered(0, 3_000));
    log.windowEnds();
    expect(log.lines).toHaveLength(3_000);
    expect(log.lines.at(-1)).toBe('line 2999');
  });

  it('is read from its first and its last lines in a flood; the others are counted, each one', () => {
    const log = listen();
    for (let from = 0; from < 100_000; from += 1_000) log.say(numbered(from, 1_000));
    log.windowEnds();
    expect(log.lines[0]).toBe('line 0');
    expect(log.lines.at(-1)).toBe('line 99999');
    expect(log.lines.length).toBeLessThan(5_000);
    const notes = log.lines.filter((line) => line.includes('were left out here'));
    expect(notes).toEqual([expect.stringContaining(`${log.dropped} lines`)]);
    const read = log.lines.filter((line) => /^line \d+$/.test(line));
    const cut = log.lines.filter((line) => line.endsWith('…'));
    expect(read.length + cut.length + log.dropped).toBe(100_000);
  });

  it('is counted again in the next tenth of a second, and read in full once the flood is over', () => {
    const log = listen();
    for (let window = 0; window < 3; window += 1) {
      log.say(numbered(0, 50_000));
      log.windowEnds();
    }
    expect(log.lines.filter((line) => line.includes('were left out here'))).toHaveLength(3);
    log.lines.length = 0;
    log.say('calm again\n');
    expect(log.lines).toEqual(['calm again']);
  });

  it('has its last words also in the middle of a flood', () => {
    const log = listen();
    log.say(numbered(0, 50_000));
    log.say('Segmentation fault');
    log.intake.flush();
    expect(log.lines.at(-1)).toBe('Segmentation fault');
  });

  it('without any line end takes no memory for it', () => {
    const log = listen();
    for (let piece = 0; piece < 100; piece += 1) log.say('x'.repeat(60_000));
    log.windowEnds();
    log.intake.flush();
    expect(log.lines.join('').length).toBeLessThan(100_000);
    expect(log.dropped).toBe(0);
  });

  it('waits in its pipe where not even counting keeps up, and only until the tenth of a second is over', () => {
    const log = listen();
    const block = 'y'.repeat(99).concat('\n').repeat(10_000);
    for (let piece = 0; piece < 12; piece += 1) log.say(block);
    expect([log.held, log.resumed]).toEqual([1, 0]);
    log.windowEnds();
    expect([log.held, log.resumed]).toEqual([1, 1]);
  });
});
