import { describe, expect, it } from 'vitest';
import { commandSchema, type CommandInput } from '../../../src/contract/command.ts';
import type { PromptMix } from '../../../src/contract/prompt.ts';
import { sharesOf } from '../../../src/show/prompt-shares.ts';
import vectors from './blend-vectors.json' with { type: 'json' };
import { graphOf, osc, rest, rig, type Rig } from './rig.ts';
import { listOf, pairsOf } from './vectors.ts';

function mixOf({ show, time }: Rig, node = 'main'): PromptMix {
  return show.sample(node, time.us, 'text').prompt;
}

function command(here: Rig, input: CommandInput): void {
  const [result] = here.show.execute([commandSchema.parse(input)], rest);
  expect(result?.result).not.toBe('rejected');
}

function speak(here: Rig, ...messages: [string, ...(string | number)[]][]): void {
  here.show.play(messages.map(([address, ...args]) => ({ address, args, sender: osc.id })));
}

describe('Prompts', () => {
  it('reach every stage that has prompts, or one', async () => {
    const here = await rig({ defaultGraph: graphOf({ a: 'glow', b: 'glow', c: 'plain' }) });
    speak(here, ['/prompt', 'gold'], ['/b/prompt', 'ocean']);
    expect(['a', 'b', 'c'].map((node) => mixOf(here, node).texts)).toEqual([
      [{ text: 'gold', weight: 1 }],
      [{ text: 'ocean', weight: 1 }],
      [],
    ]);
  });

  it('are mixed by weights that answer at once', async () => {
    const here = await rig();
    here.show.set(
      { '/prompts': [{ text: 'gold', weight: 1 }, { text: 'ocean' }], '/transition/duration': 9 },
      rest,
    );
    here.show.set({ '/transition': { duration: 0 }, '/prompts/1/weight': 0.5 }, rest);
    speak(here, ['/prompts/0/weight', 0.25]);
    await here.time.pass(10);
    expect(mixOf(here)).toEqual({
      texts: [
        { text: 'gold', weight: 0.25 },
        { text: 'ocean', weight: 0.5 },
      ],
      interpolation: 'linear',
      blend: null,
    });
  });

  it('answer a weight while a transition runs', async () => {
    const here = await rig();
    speak(here, ['/prompt', 'gold'], ['/transition/duration', 4]);
    here.show.set({ '/prompts': [{ text: 'gold' }, { text: 'ocean' }] }, rest);
    await here.time.pass(2);
    speak(here, ['/prompts/1/weight', 0]);
    expect(mixOf(here).texts).toEqual([{ text: 'gold', weight: 1 }]);
  });

  it.each(vectors.sequences)('blend as computed elsewhere: $name', async ({ events, probes }) => {
    const here = await rig();
    const startUs = here.time.us;
    for (const { at, event, probe } of timeline(events, probes)) {
      here.time.us = startUs + at * 1e6;
      if (event !== undefined)
        command(here, { kind: 'prompt', prompts: listOf(event.prompts), transition: settings(event) });
      if (probe === undefined) continue;
      const mix = mixOf(here);
      if (probe.t === null) expect(mix.blend).toBeNull();
      else expect(mix.blend?.t).toBeCloseTo(probe.t, 12);
      const shares = pairsOf(mix.blend === null ? sharesOf(mix.texts) : mix.texts);
      expect(shares.map(([text]) => text)).toEqual(probe.texts.map(([text]) => text));
      for (const [index, [, weight]] of shares.entries())
        expect(weight).toBeCloseTo(Number(probe.texts[index]?.[1]), 12);
    }
  });

  it.each(vectors.steps)('arrive after $steps steps, $curve', async ({ steps, curve, t }) => {
    const here = await rig();
    speak(here, ['/prompt', 'gold']);
    mixOf(here);
    command(here, {
      kind: 'prompt',
      prompts: [{ text: 'ocean' }],
      transition: settings({ duration: steps, unit: 'steps', curve }),
    });
    const seen = t.map(() => mixOf(here).blend?.t ?? 1);
    for (const [index, value] of seen.entries()) expect(value).toBeCloseTo(t[index] ?? -1, 12);
    expect(mixOf(here)).toEqual({
      texts: [{ text: 'ocean', weight: 1 }],
      interpolation: 'linear',
      blend: null,
    });
  });

  it('do not start their transition over when a controller repeats itself', async () => {
    const here = await rig();
    speak(here, ['/prompt', 'gold'], ['/transition/duration', 2], ['/transition/curve', 'linear']);
    for (let count = 0; count < 60; count += 1) {
      speak(here, ['/prompt', 'ocean']);
      await here.time.pass(1 / 60);
    }
    expect(mixOf(here).blend?.t).toBeCloseTo(0.5, 6);
  });

  it('stay a mix of bounded size however often they are interrupted', async () => {
    const here = await rig();
    speak(here, ['/transition/duration', 10]);
    for (let count = 0; count < 300; count += 1) {
      speak(here, ['/prompt', `text ${count}`]);
      here.time.us += 0.4e6;
      const mix = mixOf(here);
      expect(mix.texts.length).toBeLessThanOrEqual(32);
      expect(mix.blend?.from.length).toBeLessThanOrEqual(32);
      expect(mix.texts.reduce((sum, entry) => sum + entry.weight, 0)).toBeCloseTo(1, 9);
    }
  });

  it('take seconds and a curve behind the text', async () => {
    const here = await rig();
    speak(here, ['/prompt', 'gold'], ['/prompt', 'ocean', 4, 'ease-in']);
    await here.time.pass(2);
    expect(mixOf(here).blend).toMatchObject({ t: 0.25, interpolation: 'linear' });
  });

  it('glide in weight', async () => {
    const here = await rig();
    here.show.set({ '/prompts': [{ text: 'gold' }, { text: 'ocean', weight: 0 }] }, rest);
    speak(here, ['/prompts/1/weight', 1, 2]);
    await here.time.pass(1);
    expect(mixOf(here).texts[1]?.weight).toBe(0.5);
    expect(here.show.parameter('/main/prompts/1/weight')?.value).toBe(0.5);
    await here.time.pass(1);
    expect(mixOf(here).texts[1]?.weight).toBe(1);
  });

  it('may be written slot by slot, in any order', async () => {
    const here = await rig();
    speak(here, ['/prompts/2/weight', 0.5], ['/prompts/2/text', 'ocean'], ['/prompts/0/text', 'gold']);
    expect(mixOf(here).texts).toEqual([
      { text: 'gold', weight: 1 },
      { text: 'ocean', weight: 0.5 },
    ]);
    expect(here.show.parameters().map(({ address }) => address)).toContain('/main/prompts/2/weight');
  });

  it('carry slerp for the list and for the way', async () => {
    const here = await rig();
    speak(
      here,
      ['/prompt', 'gold'],
      ['/prompts/interpolation', 'slerp'],
      ['/transition/interpolation', 'slerp'],
      ['/transition/duration', 1],
    );
    speak(here, ['/prompts', 'ocean', 0.5, 'city']);
    expect(mixOf(here)).toMatchObject({ interpolation: 'slerp', blend: { interpolation: 'slerp' } });
    expect(here.show.parameter('/prompts')?.value).toEqual([
      { text: 'ocean', weight: 0.5 },
      { text: 'city', weight: 1 },
    ]);
  });

  it('of a wrong shape are refused by name and change nothing', async () => {
    const here = await rig();
    speak(here, ['/prompt', 'gold']);
    const { rejected } = here.show.set(
      { '/prompts': [{ text: 'x', weight: -1 }], '/transition': { duraton: 4 }, '/transition/unit': 'bars' },
      rest,
    );
    expect(rejected.map(({ error }) => error.code)).toEqual([
      'E_PROMPT_INVALID',
      'E_PROMPT_INVALID',
      'E_VALUE_RANGE',
    ]);
    expect(rejected[0]?.error.message).toContain('prompts.0.weight');
    expect(mixOf(here).texts).toEqual([{ text: 'gold', weight: 1 }]);
  });

  it('of the show are what a stage starts with that comes later', async () => {
    const here = await rig();
    speak(here, ['/prompt', 'gold']);
    await here.show.setGraph(graphOf({ main: 'glow', second: 'glow' }), rest);
    expect(mixOf(here, 'second').texts).toEqual([{ text: 'gold', weight: 1 }]);
  });
});

type Event = (typeof vectors.sequences)[number]['events'][number];
type Probe = (typeof vectors.sequences)[number]['probes'][number];

function timeline(
  events: readonly Event[],
  probes: readonly Probe[],
): { at: number; event?: Event; probe?: Probe }[] {
  const moments = [
    ...events.map((event) => ({ at: event.at, event })),
    ...probes.map((probe) => ({ at: probe.at, probe })),
  ];
  return moments.sort((a, b) => a.at - b.at);
}

function settings(event: {
  duration: number;
  unit: string;
  curve: string;
}): NonNullable<Extract<CommandInput, { kind: 'prompt' }>['transition']> {
  const { duration } = event;
  const unit = event.unit === 'beats' || event.unit === 'steps' ? event.unit : 'seconds';
  const curve =
    event.curve === 'linear' || event.curve === 'ease-in' || event.curve === 'ease-out'
      ? event.curve
      : 'ease-in-out';
  return { duration, unit, curve };
}
