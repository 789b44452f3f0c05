import { describe, expect, it } from 'vitest';
import { linesKept } from '../../../src/show/activity.ts';
import { osc, rest, rig, type Rig } from './rig.ts';

const play = ({ show }: Rig, address: string, ...args: (number | string)[]): void =>
  show.play([{ address, args, sender: osc.id }]);
const lines = ({ show }: Rig, after = 0) => show.activity.read({ after }).lines;

describe('Activity', () => {
  it('is one line for a fader that moves, with a count and the newest value', async () => {
    const here = await rig();
    for (let step = 0; step <= 100; step += 1) play(here, '/strength', step / 100);
    expect(lines(here)).toMatchObject([
      { sender: osc.id, address: '/main/strength', outcome: 'applied', count: 101, value: 1, error: null },
    ]);
  });

  it('shows the value that plays, where a sender went beyond the range', async () => {
    const here = await rig();
    play(here, '/main/strength', 40);
    expect(lines(here)).toMatchObject([{ value: 1 }]);
  });

  it('keeps what was refused apart, with the reason and what helps, and counts it for the sender', async () => {
    const here = await rig();
    here.show.set({ '/main/strength': 0.5 }, rest);
    here.show.set({ '/main/strength': 7 }, rest);
    play(here, '/main/strenght', 0.4);
    expect(lines(here)).toMatchObject([
      { sender: rest.id, outcome: 'applied', value: 0.5 },
      {
        sender: rest.id,
        address: '/main/strength',
        outcome: 'refused',
        value: 7,
        error: { code: 'E_VALUE_RANGE' },
      },
      {
        address: '/main/strenght',
        outcome: 'refused',
        value: 0.4,
        error: {
          code: 'E_ADDRESS_UNKNOWN',
          message: expect.stringContaining('Did you mean /main/strength?'),
        },
      },
    ]);
    expect(lines(here).every(({ outcome, error }) => outcome !== 'refused' || error?.remedy !== '')).toBe(
      true,
    );
    expect(here.show.rejections()).toMatchObject([
      { sender: rest.id, count: 1 },
      { sender: osc.id, count: 1 },
    ]);
  });

  it('says when what waits is due, and that it played then', async () => {
    const here = await rig();
    const timeUs = here.time.us + 2e6;
    here.show.execute([{ kind: 'set', address: '/main/strength', value: 0.2, at: { timeUs } }], rest);
    const [waiting] = lines(here);
    expect(waiting).toMatchObject({ outcome: 'scheduled', value: 0.2 });
    expect((waiting?.dueAt ?? 0) - (waiting?.at ?? 0)).toBe(2000);
    await here.time.pass(3);
    expect(lines(here)).toMatchObject([{ outcome: 'applied', dueAt: null, count: 2 }]);
  });

  it('brings what came after what is known, the one that moved last at the end', async () => {
    const here = await rig();
    play(here, '/main/strength', 0.1);
    play(here, '/main/warp', 0.1);
    const { next } = here.show.activity.read({});
    expect(lines(here, next)).toEqual([]);
    play(here, '/main/strength', 0.2);
    expect(lines(here, next)).toMatchObject([{ address: '/main/strength', count: 2, value: 0.2 }]);
    expect(lines(here).map(({ address }) => address)).toEqual(['/main/warp', '/main/strength']);
  });

  it('forgets the oldest lines of a flood, and says how many', async () => {
    const here = await rig();
    play(here, '/main/strength', 0.1);
    for (let number = 0; number < 2 * linesKept; number += 1) play(here, `/nothing/${number}`, 1);
    const page = here.show.activity.read({});
    expect(page.lines).toHaveLength(linesKept);
    expect(page.lines.at(-1)?.address).toBe(`/nothing/${2 * linesKept - 1}`);
    expect(page.forgotten).toBe(linesKept + 1);
    expect(here.show.activity.read({ limit: 3 }).lines).toHaveLength(3);
  });

  it('keeps little of what is long', async () => {
    const here = await rig();
    here.show.set(
      { [`/${'x'.repeat(5000)}`]: 'y'.repeat(5000), '/main/list': new Array(5000).fill(1) },
      rest,
    );
    play(here, '/prompt', 'p'.repeat(1000));
    expect(JSON.stringify(lines(here)).length).toBeLessThan(4000);
  });

  it('shows the words of prompts', async () => {
    const here = await rig();
    here.show.execute(
      [
        {
          kind: 'prompt',
          node: null,
          prompts: [
            { text: 'gold', weight: 1 },
            { text: 'fog', weight: 0.5 },
          ],
        },
      ],
      rest,
    );
    expect(lines(here)).toMatchObject([{ address: '/prompts', value: ['gold', 'fog'] }]);
  });

  it('calls who waits once, when the next thing arrives', async () => {
    const here = await rig();
    let calls = 0;
    here.show.activity.whenNext(() => (calls += 1));
    const takenBack = here.show.activity.whenNext(() => (calls += 100));
    takenBack();
    play(here, '/main/strength', 0.1);
    play(here, '/main/strength', 0.2);
    expect(calls).toBe(1);
  });
});
