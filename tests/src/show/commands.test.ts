import { describe, expect, it } from 'vitest';
import { commandSchema, type Command, type CommandInput } from '../../../src/contract/command.ts';
import { pendingLimit } from '../../../src/show/scheduler.ts';
import { graphOf, osc, played, rest, rig, settled, type Rig } from './rig.ts';

function commands(...inputs: CommandInput[]): Command[] {
  return inputs.map((input) => commandSchema.parse(input));
}

function bursts({ show, time }: Rig): number | undefined {
  return show.sample('main', time.us, 'text').triggers['burst'];
}

describe('A batch of commands', () => {
  it('is applied as a whole', async () => {
    const here = await rig();
    const results = here.show.execute(
      commands(
        { kind: 'set', address: '/strength', value: 0.2 },
        { kind: 'prompt', prompts: [{ text: 'gold' }] },
        { kind: 'set', address: '/prompts/1/text', value: 'ocean' },
        { kind: 'trigger', address: '/main/burst' },
        { kind: 'reload', node: 'main' },
      ),
      rest,
    );
    expect(results.map((result) => [result.result, result.address])).toEqual([
      ['applied', '/main/strength'],
      ['applied', '/prompts'],
      ['applied', '/prompts/1/text'],
      ['applied', '/main/burst'],
      ['applied', '/main'],
    ]);
    const call = here.show.sample('main', here.time.us, 'text');
    expect(call).toMatchObject({ values: { strength: 0.2 }, triggers: { burst: 1 } });
    expect(call.prompt.texts.map((entry) => entry.text)).toEqual(['gold', 'ocean']);
    expect(here.reloads).toEqual(['main']);
  });

  it('changes nothing where one of it is wrong, and says which', async () => {
    const here = await rig();
    const results = here.show.execute(
      commands(
        { kind: 'set', address: '/main/strength', value: 0.2 },
        { kind: 'set', address: '/main/strength', value: 7 },
        { kind: 'trigger', address: '/main/strength' },
        { kind: 'prompt', node: 'in', prompts: [] },
        { kind: 'reload', node: 'nobody' },
      ),
      rest,
    );
    expect(results.map((result) => (result.result === 'rejected' ? result.error.code : ''))).toEqual([
      'E_COMMAND_BATCH',
      'E_VALUE_RANGE',
      'E_VALUE_TYPE',
      'E_PROMPT_INVALID',
      'E_GRAPH_UNKNOWN_NODE',
    ]);
    expect(played(here, 'strength')).toBe(0.7);
    expect(here.reloads).toEqual([]);
  });
});

describe('A command for later', () => {
  it.each([
    ['beat', 0.5],
    ['bar', 2],
    ['2-bars', 4],
    ['4-bars', 8],
  ] as const)('waits for the next %s', async (at, seconds) => {
    const here = await rig();
    const startUs = here.time.us;
    here.time.us += 0.2e6;
    const [result] = here.show.execute(
      commands({ kind: 'set', address: '/main/strength', value: 0.1, at }),
      rest,
    );
    expect(result).toMatchObject({
      result: 'scheduled',
      address: '/main/strength',
      atUs: startUs + seconds * 1e6,
    });
    expect(here.show.sample('main', startUs + seconds * 1e6 - 1, 'text').values['strength']).toBe(0.7);
    expect(here.show.sample('main', startUs + seconds * 1e6, 'text').values['strength']).toBe(0.1);
  });

  it('given on the beat waits for the one after it', async () => {
    const here = await rig();
    here.time.us += 1e6;
    const [result] = here.show.execute(commands({ kind: 'trigger', address: '/burst', at: 'beat' }), rest);
    expect(result).toMatchObject({ atUs: here.time.us + 0.5e6 });
  });

  it('happens even while no frame flows, and its ramp begins on the beat', async () => {
    const here = await rig();
    here.show.set({ '/main/strength': 0 }, rest);
    here.time.us += 0.2e6;
    here.show.execute(
      commands({ kind: 'set', address: '/main/strength', value: 1, at: 'beat', ramp: { duration: 2 } }),
      rest,
    );
    await here.time.pass(0.301);
    expect(here.show.parameter('/main/strength')?.value).toBeCloseTo(0.0005, 9);
    await here.time.pass(1);
    expect(here.show.parameter('/main/strength')?.value).toBeCloseTo(0.5005, 9);
  });

  it('that is late counts from when it was due', async () => {
    const here = await rig();
    here.show.set({ '/main/strength': 0 }, rest);
    const timeUs = here.time.us + 1e6;
    here.show.execute(
      commands({ kind: 'set', address: '/main/strength', value: 1, at: { timeUs }, ramp: { duration: 2 } }),
      rest,
    );
    here.time.us = timeUs + 0.5e6;
    expect(played(here, 'strength')).toBe(0.25);
  });

  it('happens in the order of the times, and of arrival where they are the same', async () => {
    const here = await rig();
    const timeUs = here.time.us + 1e6;
    const set = (value: number, time: number): CommandInput => ({
      kind: 'set',
      address: '/main/strength',
      value,
      at: { timeUs: time },
    });
    here.show.execute(commands(set(0.3, timeUs + 10), set(0.1, timeUs), set(0.2, timeUs)), rest);
    expect(here.show.sample('main', timeUs + 5, 'text').values['strength']).toBe(0.2);
    expect(here.show.sample('main', timeUs + 10, 'text').values['strength']).toBe(0.3);
  });

  it('whose time is past happens at once; one more than a day ahead is refused', async () => {
    const here = await rig();
    const [past, far] = [here.time.us - 5, here.time.us + 1e12].map((timeUs) =>
      here.show.execute(
        commands({ kind: 'set', address: '/main/strength', value: 0.1, at: { timeUs } }),
        rest,
      ),
    );
    expect(past?.[0]?.result).toBe('applied');
    expect(far?.[0]).toMatchObject({ result: 'rejected', error: { code: 'E_COMMAND_INVALID' } });
  });

  it('is refused where too many wait already', async () => {
    const here = await rig();
    const one = commands({ kind: 'trigger', address: '/main/burst', at: 'bar' });
    for (let count = 0; count < pendingLimit; count += 1) here.show.execute(one, rest);
    expect(here.show.execute(one, rest)[0]).toMatchObject({
      result: 'rejected',
      error: { code: 'E_SCHEDULE_FULL' },
    });
    await here.time.pass(2);
    expect(bursts(here)).toBe(pendingLimit);
    expect(here.show.execute(one, rest)[0]?.result).toBe('scheduled');
  });

  it('that has nothing to act on any more is counted as rejected', async () => {
    const here = await rig();
    here.show.execute(commands({ kind: 'set', address: '/main/warp', value: 0.1, at: 'bar' }), rest);
    await here.show.setGraph(graphOf({ main: 'plain' }), rest);
    await here.time.pass(2);
    expect(here.show.rejections()).toMatchObject([{ sender: rest.id, count: 1, lastAddress: '/main/warp' }]);
  });

  it('comes from OSC as a word behind the value', async () => {
    const here = await rig();
    here.show.play([{ address: '/main/strength', args: [0.1, 'bar'], sender: osc.id }]);
    await here.time.pass(1.9);
    expect(played(here, 'strength')).toBe(0.7);
    await here.time.pass(0.1);
    expect(played(here, 'strength')).toBe(0.1);
  });
});

describe('A trigger', () => {
  it('fires with every empty message, and once however long a pad is held', async () => {
    const here = await rig();
    const press = (...args: (number | boolean)[]): void =>
      here.show.play([{ address: '/main/burst', args, sender: osc.id }]);
    press();
    press();
    expect(bursts(here)).toBe(2);
    for (const value of [1, 1, 0.4, true]) press(value);
    expect(bursts(here)).toBe(3);
    press(0);
    press(1);
    expect(bursts(here)).toBe(4);
  });

  it('held by one sender still answers another', async () => {
    const here = await rig();
    for (const sender of ['osc:a', 'osc:b', 'osc:a'])
      here.show.play([{ address: '/burst', args: [1], sender }]);
    expect(bursts(here)).toBe(2);
  });

  it('fires with every true from REST, and never with false', async () => {
    const here = await rig();
    for (const value of [true, true, false]) here.show.set({ '/main/burst': value }, rest);
    expect(bursts(here)).toBe(2);
  });
});

describe('Tempo', () => {
  it('runs at 120 beats a minute in bars of four', async () => {
    const here = await rig();
    const at = (seconds: number): unknown =>
      here.show.sample('main', here.time.us + seconds * 1e6, 'text').tempo;
    expect(at(0)).toMatchObject({ bpm: 120, beat: 0, bar: 0, phase: 0, beatsPerBar: 4, playing: true });
    expect(at(2.75)).toMatchObject({ bpm: 120, beat: 5.5, bar: 1, phase: 0.5 });
  });
});

describe('Rejections', () => {
  it('are counted per sender, with the last one kept', async () => {
    const here = await rig();
    const play = (sender: string, address: string, ...args: (string | number)[]): void =>
      here.show.play([{ address, args, sender }]);
    play('osc:a', '/main/strength', 'loud');
    play('osc:a', '/nowhere', 1);
    play('osc:b', '/main/strength');
    play('osc:b', '/main/strength', 0.5, 0.5, 0.5);
    here.show.set({ '/main/strength': 9 }, rest);
    expect(
      here.show.rejections().map(({ sender, count, lastError }) => [sender, count, lastError.code]),
    ).toEqual([
      ['osc:a', 2, 'E_ADDRESS_UNKNOWN'],
      ['osc:b', 2, 'E_VALUE_TYPE'],
      [rest.id, 1, 'E_VALUE_RANGE'],
    ]);
  });

  it('are kept of a bounded number of senders', async () => {
    const here = await rig();
    for (let index = 0; index < 500; index += 1)
      here.show.play([{ address: '/nowhere', args: [1], sender: `osc:${index}` }]);
    expect(here.show.rejections().length).toBe(100);
    expect(here.show.rejections().at(-1)?.sender).toBe('osc:499');
    here.show.play([{ address: '/nowhere', args: [1], sender: 'osc:400' }]);
    here.show.play([{ address: '/nowhere', args: [1], sender: 'osc:new' }]);
    const senders = here.show.rejections().map(({ sender }) => sender);
    expect(senders.slice(-2)).toEqual(['osc:400', 'osc:new']);
    expect(senders).not.toContain('osc:401');
  });

  it('of the control runner are counted with them', async () => {
    const here = await rig();
    here.show.refused({ sender: 'osc:a', count: 3, code: 'E_OSC_MALFORMED', message: 'no type tags' });
    here.show.refused({ sender: 'osc:a', count: 2, code: 'E_NEVER_HEARD', message: 'what?' });
    expect(here.show.rejections()).toMatchObject([
      { sender: 'osc:a', count: 5, lastError: { code: 'E_INTERNAL', message: 'what?' } },
    ]);
  });

  it('of a reload that fails are told to the log', async () => {
    const here = await rig({ reload: () => Promise.reject(new Error('no memory')) });
    here.show.execute(commands({ kind: 'reload', node: 'main' }), rest);
    await settled();
    expect(here.lines.join()).toContain('no memory');
  });
});
