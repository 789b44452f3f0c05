import { describe, expect, it } from 'vitest';
import { LineChoice } from '../../panel/src/preview/line-choice.ts';

/** Looks every 100 ms until `endMs`, with a picture by WebRTC each time while `plays` says so. */
function run(choice: LineChoice, fromMs: number, endMs: number, plays: boolean): void {
  for (let now = fromMs; now <= endMs; now += 100) {
    choice.look(now);
    if (plays) choice.picture(now);
  }
}

describe('which line the picture comes by', () => {
  it('shows JPEG while WebRTC still connects, and WebRTC from its first picture on', () => {
    const choice = new LineChoice(0, true);
    expect(choice.look(0)).toEqual({ shown: 'jpeg', webrtc: true, jpeg: true });
    choice.picture(300);
    expect(choice.look(300)).toEqual({ shown: 'webrtc', webrtc: true, jpeg: false });
  });

  it('stays with JPEG where the browser has no WebRTC', () => {
    expect(new LineChoice(0, false).look(10_000)).toEqual({ shown: 'jpeg', webrtc: false, jpeg: true });
  });

  it('gives up a WebRTC line that brings no picture within six seconds of the answer, and tries again later', () => {
    const choice = new LineChoice(0, true);
    run(choice, 0, 4000, false);
    choice.answered(4000);
    run(choice, 4000, 9900, false);
    expect(choice.look(9950).webrtc).toBe(true);
    expect(choice.look(10_000).webrtc).toBe(false);
    expect(choice.look(10_900).webrtc).toBe(false);
    expect(choice.look(11_000).webrtc).toBe(true);
  });

  it('waits for the answer of a daemon whose STUN server does not answer, and no longer than fifteen seconds', () => {
    const choice = new LineChoice(0, true);
    run(choice, 0, 14_900, false);
    expect(choice.look(14_950).webrtc).toBe(true);
    expect(choice.look(15_000).webrtc).toBe(false);
    // What was answered counts for that line alone.
    run(choice, 16_000, 16_000, false);
    choice.answered(17_000);
    choice.failed(17_000);
    run(choice, 19_000, 30_000, false);
    expect(choice.look(30_100).webrtc).toBe(true);
  });

  it('is back on JPEG within a second and a half when the process behind WebRTC dies', () => {
    const choice = new LineChoice(0, true);
    run(choice, 0, 5000, true);
    expect(choice.look(5500).shown).toBe('webrtc');
    expect(choice.look(6500)).toMatchObject({ shown: 'jpeg', jpeg: true });
  });

  it('tries less and less often while it is refused, and at once again after it played', () => {
    const choice = new LineChoice(0, true);
    const tries: number[] = [];
    for (let now = 0; now < 61_000; now += 100) {
      if (!choice.look(now).webrtc) continue;
      tries.push(now);
      choice.failed(now);
    }
    expect(tries).toEqual([0, 1000, 3000, 7000, 15_000, 31_000]);
  });

  it('judges no silence of a page that was hidden', () => {
    const choice = new LineChoice(0, true);
    run(choice, 0, 1000, true);
    choice.forgive(60_000);
    expect(choice.look(60_000).shown).toBe('webrtc');
  });
});
