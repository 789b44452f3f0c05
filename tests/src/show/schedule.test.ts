import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commandSchema, type At, type Command, type CommandInput } from '../../../src/contract/command.ts';
import { newCueSchema } from '../../../src/contract/cue.ts';
import type { JsonValue } from '../../../src/contract/json.ts';
import type { ScheduleEvent } from '../../../src/contract/schedule.ts';
import { graphOf, osc, played, rest, rig, type Rig } from './rig.ts';

const commands = (...given: CommandInput[]): Command[] => given.map((each) => commandSchema.parse(each));

function send({ show }: Rig, command: CommandInput): string {
  const [result] = show.execute(commands(command), rest);
  return result?.result === 'scheduled' ? result.id : (result?.result ?? '');
}

function play({ show }: Rig, address: string, ...args: JsonValue[]): void {
  show.play([{ address, args, sender: osc.id }]);
}

const set = (value: number, at: At): CommandInput => ({ kind: 'set', address: '/main/strength', value, at });
const bursts = (here: Rig): unknown => here.show.parameter('/main/burst')?.value;

function events({ show }: Rig): ScheduleEvent[] {
  const heard: ScheduleEvent[] = [];
  show.schedule.subscribe((event) => heard.push(event));
  return heard;
}

describe('A command that waits', () => {
  it.each([
    [{ beats: 3 }, 1.5],
    [{ seconds: 0.8 }, 0.8],
  ])('waits %o from now', async (at, seconds) => {
    const here = await rig();
    await here.time.pass(0.2);
    send(here, set(0.1, at));
    await here.time.pass(seconds - 0.001);
    expect(played(here, 'strength')).toBe(0.7);
    await here.time.pass(0.001);
    expect(played(here, 'strength')).toBe(0.1);
  });

  it('comes with its beat however the tempo changes until then', async () => {
    const here = await rig();
    send(here, set(0.1, 'bar'));
    send(here, set(0.2, { beats: 6 }));
    send(here, set(0.3, { seconds: 9 }));
    await here.time.pass(1);
    play(here, '/tempo', 60);
    expect(here.show.schedule.list().map(({ atUs, beat }) => [(atUs - here.time.us) / 1e6, beat])).toEqual([
      [2, 4],
      [4, 6],
      [8, null],
    ]);
    await here.time.pass(1.99);
    expect(played(here, 'strength')).toBe(0.7);
    await here.time.pass(0.01);
    expect(played(here, 'strength')).toBe(0.1);
    play(here, '/tempo', 240);
    await here.time.pass(0.5);
    expect(played(here, 'strength')).toBe(0.2);
  });

  it('for a bar comes with the bar that a resync begins', async () => {
    const here = await rig();
    await here.time.pass(0.3);
    send(here, set(0.1, '4-bars'));
    play(here, '/tempo/resync');
    await here.time.pass(0.19);
    expect(played(here, 'strength')).toBe(0.7);
    await here.time.pass(0.01);
    expect(played(here, 'strength')).toBe(0.1);
  });

  it('moves with the beat that is tapped', async () => {
    const here = await rig();
    await here.time.pass(0.1);
    send(here, set(0.1, 'beat'));
    play(here, '/tempo/tap');
    expect(here.show.schedule.list()[0]?.atUs).toBeCloseTo(here.time.us + 0.5e6, 0);
  });

  it('is run the look-ahead early, and by the grid that can still be met', async () => {
    const here = await rig();
    play(here, '/tempo/lookahead', 0.3);
    await here.time.pass(0.1);
    send(here, set(0.1, 'beat'));
    await here.time.pass(0.1);
    expect(played(here, 'strength')).toBe(0.1);
    send(here, set(0.2, 'beat'));
    await here.time.pass(0.49);
    expect(played(here, 'strength')).toBe(0.1);
    play(here, '/tempo/lookahead', 0);
    await here.time.pass(0.01);
    expect(played(here, 'strength')).toBe(0.1);
    await here.time.pass(0.3);
    expect(played(here, 'strength')).toBe(0.2);
  });

  it('is taken back by its id, or all at once', async () => {
    const here = await rig();
    const heard = events(here);
    const first = send(here, set(0.1, 'bar'));
    send(here, set(0.2, 'bar'));
    send(here, { kind: 'trigger', address: '/burst', at: 'beat' });
    expect(send(here, { kind: 'cancel', id: first })).toBe('applied');
    expect(here.show.execute(commands({ kind: 'cancel', id: first }), rest)).toMatchObject([
      { result: 'rejected', error: { code: 'E_SCHEDULE_UNKNOWN' } },
    ]);
    play(here, '/tempo/cancel');
    await here.time.pass(4);
    expect(played(here, 'strength')).toBe(0.7);
    expect(bursts(here)).toBe(0);
    expect(heard.flatMap((event) => (event.kind === 'cancelled' ? [event.by] : []))).toEqual([
      rest.id,
      osc.id,
      osc.id,
    ]);
  });

  it('is told from its arrival to what became of it', async () => {
    const here = await rig();
    const heard = events(here);
    send(here, set(0.1, 'beat'));
    send(here, { kind: 'set', address: '/main/warp', value: 0.1, at: 'bar' });
    await here.time.pass(0.5);
    await here.show.setGraph(graphOf({ main: 'plain' }), rest);
    await here.time.pass(2);
    expect(heard.map((event) => event.kind)).toEqual(['scheduled', 'scheduled', 'applied', 'rejected']);
    expect(heard[2]).toMatchObject({ pending: { address: '/main/strength', sender: rest.id, beat: 1 } });
    expect(heard[3]).toMatchObject({ error: { code: 'E_ADDRESS_UNKNOWN' } });
  });

  it('comes from OSC with a time in beats or seconds, a button with its time alone', async () => {
    const here = await rig();
    play(here, '/main/strength', 0.1, 'in-2-beats');
    play(here, '/main/burst', 'in-1.5-seconds');
    await here.time.pass(1);
    expect(played(here, 'strength')).toBe(0.1);
    expect(bursts(here)).toBe(0);
    await here.time.pass(0.5);
    expect(bursts(here)).toBe(1);
  });
});

describe('/tempo/quantize', () => {
  const quantized = async (): Promise<Rig> => {
    const here = await rig();
    play(here, '/tempo/quantize', 'bar');
    await here.time.pass(0.1);
    return here;
  };

  it('puts launches of performers on the grid and lets faders answer at once', async () => {
    const here = await quantized();
    play(here, '/prompt', 'later');
    play(here, '/main/palette', 'grey');
    play(here, '/main/invert', true);
    play(here, '/main/burst');
    play(here, '/main/strength', 0.3);
    play(here, '/paused', 1);
    expect(here.show.paused()).toBe(true);
    expect(here.show.sample('main', here.time.us, 'text')).toMatchObject({
      values: { strength: 0.3, palette: 'warm', invert: false },
      triggers: { burst: 0 },
      prompt: { texts: [] },
    });
    await here.time.pass(1.9);
    expect(here.show.sample('main', here.time.us, 'text')).toMatchObject({
      values: { strength: 0.3, palette: 'grey', invert: true },
      triggers: { burst: 1 },
      prompt: { texts: [{ text: 'later' }] },
    });
  });

  it('has a cue wait, and what it does come with it', async () => {
    const here = await quantized();
    here.show.cues.replace(
      [{ commands: commands({ kind: 'set', address: '/main/palette', value: 'grey' }) }].map((cue) =>
        newCueSchema.parse(cue),
      ),
    );
    play(here, '/cue/go');
    expect(here.show.schedule.list().map(({ address }) => address)).toEqual(['/cue/go']);
    await here.time.pass(1.9);
    expect(played(here, 'palette')).toBe('grey');
  });

  it('is no matter of REST, nor of who says "now"', async () => {
    const here = await quantized();
    here.show.set({ '/main/invert': true }, rest);
    play(here, '/main/palette', 'grey', 'now');
    expect([played(here, 'invert'), played(here, 'palette')]).toEqual([true, 'grey']);
  });

  it('launches the newest of an address only, and every press of a button', async () => {
    const here = await quantized();
    for (const palette of ['grey', 'cold', 'grey', 'cold']) play(here, '/main/palette', palette);
    for (const value of [1, 0, 1, 1, 0]) play(here, '/main/burst', value);
    expect(here.show.schedule.list()).toHaveLength(3);
    await here.time.pass(1.9);
    expect(played(here, 'palette')).toBe('cold');
    expect(bursts(here)).toBe(2);
  });
});

describe('Whatever happens to tempo and phase', () => {
  const step = fc.oneof(
    fc.record({ what: fc.constant('tempo' as const), value: fc.integer({ min: 20, max: 300 }) }),
    fc.record({ what: fc.constant('lookahead' as const), value: fc.double({ min: 0, max: 1, noNaN: true }) }),
    fc.record({ what: fc.constant('bars' as const), value: fc.integer({ min: 1, max: 16 }) }),
    fc.record({
      what: fc.constantFrom('tap' as const, 'resync' as const, 'later' as const, 'wait' as const),
      value: fc.integer({ min: 0, max: 900 }),
    }),
    fc.record({
      what: fc.constant('send' as const),
      value: fc.constantFrom<At>('beat', 'bar', '4-bars', { beats: 2.5 }, { seconds: 0.7 }),
    }),
  );

  it('each command that waits is run once, by its time', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const here = await rig();
        const heard = events(here);
        let sent = 0;
        for (const { what, value } of steps) {
          if (what === 'send') {
            sent += 1;
            here.show.execute(commands({ kind: 'trigger', address: '/burst', at: value }), rest);
          } else if (what === 'tempo') play(here, '/tempo', value);
          else if (what === 'lookahead') play(here, '/tempo/lookahead', value);
          else if (what === 'bars') play(here, '/tempo/beats-per-bar', value);
          else if (what === 'later') play(here, '/tempo/nudge/later');
          else if (what !== 'wait') play(here, `/tempo/${what}`);
          if (what === 'wait' || what === 'tap') here.time.us += value * 1e3;
          here.show.sample('main', here.time.us, 'text');
        }
        play(here, '/tempo', 300);
        await here.time.pass(120);
        expect(bursts(here)).toBe(sent);
        const ran = heard.flatMap((event) => (event.kind === 'applied' ? [event.pending.id] : []));
        expect(new Set(ran).size).toBe(ran.length);
        expect(here.show.schedule.list()).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});
