import { describe, expect, it } from 'vitest';
import type { Tempo } from '../../../../src/contract/call.ts';
import type { JsonValue } from '../../../../src/contract/json.ts';
import type { TempoState } from '../../../../src/contract/tempo.ts';
import { file, MemoryFiles, osc, rest, rig, type Rig } from '../rig.ts';

const tempo = ({ show, time }: Rig): Tempo => show.sample('main', time.us, 'text').tempo;

function play({ show }: Rig, address: string, ...args: JsonValue[]): void {
  show.play([{ address, args, sender: osc.id }]);
}

async function taps(here: Rig, ...pauses: number[]): Promise<void> {
  play(here, '/tempo/tap');
  for (const pause of pauses) {
    await here.time.pass(pause);
    play(here, '/tempo/tap');
  }
}

describe('/tempo', () => {
  it('changes the tempo from where the beat is', async () => {
    const here = await rig();
    await here.time.pass(1.25);
    play(here, '/tempo', 60);
    expect(tempo(here)).toMatchObject({ bpm: 60, beat: 2.5, phase: 0.5 });
    await here.time.pass(1);
    expect(tempo(here)).toMatchObject({ beat: 3.5, bar: 0 });
  });

  it('keeps to 20 to 300, clamped for performers and refused for REST', async () => {
    const here = await rig();
    play(here, '/tempo', 1000);
    expect(tempo(here).bpm).toBe(300);
    expect(here.show.set({ '/tempo': 10 }, rest).rejected[0]?.error.code).toBe('E_VALUE_RANGE');
  });

  it('takes the average of the taps, and each of them is a beat', async () => {
    const here = await rig();
    await here.time.pass(0.13);
    await taps(here, 0.61, 0.59, 0.6, 0.6);
    expect(tempo(here).bpm).toBeCloseTo(100, 6);
    expect(tempo(here).phase).toBeCloseTo(0, 6);
  });

  it('starts over with a tap that belongs to no series, and after two seconds', async () => {
    const here = await rig();
    await taps(here, 0.5, 0.5, 0.9, 0.9);
    expect(tempo(here).bpm).toBeCloseTo(60 / 0.9, 6);
    await here.time.pass(2.1);
    await taps(here, 0.4);
    expect(tempo(here).bpm).toBeCloseTo(150, 6);
  });

  it('counts bar 0 from the beat after a resync', async () => {
    const here = await rig();
    await here.time.pass(1.75);
    play(here, '/tempo/resync');
    expect(tempo(here)).toMatchObject({ beat: -0.5, bar: -1, phase: 0.5 });
    await here.time.pass(0.25);
    expect(tempo(here)).toMatchObject({ beat: 0, bar: 0 });
  });

  it('is nudged a hundredth of a second at a time, without a jump', async () => {
    const here = await rig();
    play(here, '/tempo/nudge/later');
    play(here, '/tempo/nudge/later');
    expect(tempo(here).beat).toBe(0);
    await here.time.pass(1);
    expect(tempo(here).beat).toBeCloseTo(2 - 0.04, 9);
    play(here, '/tempo/nudge/earlier');
    await here.time.pass(1);
    expect(tempo(here).beat).toBeCloseTo(4 - 0.02, 9);
  });

  it('says whether the music plays; the beat goes on all the same', async () => {
    const here = await rig();
    play(here, '/tempo/playing', 0);
    await here.time.pass(1);
    expect(tempo(here)).toMatchObject({ playing: false, beat: 2 });
  });

  it('is kept in the show file', async () => {
    const files = new MemoryFiles();
    const here = await rig({ files });
    const wishes = {
      '/tempo': 93.5,
      '/tempo/beats-per-bar': 3,
      '/tempo/quantize': 'bar',
      '/tempo/lookahead': 0.2,
    };
    expect(here.show.set(wishes, rest).rejected).toEqual([]);
    await here.show.close();
    expect(JSON.parse(files.texts.get(file) ?? '{}')).toMatchObject({
      tempo: { bpm: 93.5, beatsPerBar: 3, source: 'internal', device: '', quantize: 'bar', lookahead: 0.2 },
    });
    const again = await rig({ files });
    const values = Object.keys(wishes).map((address) => again.show.parameter(address)?.value);
    expect(values).toEqual([93.5, 3, 'bar', 0.2]);
    expect(tempo(again)).toMatchObject({ bpm: 93.5, beatsPerBar: 3 });
  });

  it('tells those who ask what changed, and not that time passes', async () => {
    const here = await rig();
    const heard: TempoState[] = [];
    here.show.tempo.subscribe((state) => heard.push(state));
    await here.time.pass(5);
    expect(heard).toEqual([]);
    play(here, '/tempo', 90);
    expect(heard.at(-1)).toMatchObject({ bpm: 90, beat: 10, lead: { source: 'internal', state: 'own' } });
  });
});

const clockOf = (device: string): string => `~midi/${device}/clock/0/0`;

/** Ticks of a MIDI clock, sixteen at 120 bpm unless told, each a little off as real ones are. */
async function clock(here: Rig, count: number, bpm = 120, device = 'Box'): Promise<void> {
  for (let tick = 0; tick < count; tick += 1) {
    const jitterUs = ((tick * 7919) % 41) * 100 - 2000;
    here.show.play([
      { address: clockOf(device), args: ['tick', here.time.us + jitterUs], sender: 'midi:Box' },
    ]);
    await here.time.pass(60 / (bpm * 24));
  }
}

function transport(here: Rig, what: string, ...position: number[]): void {
  const args = [what, here.time.us, ...position];
  here.show.play([{ address: clockOf('Box'), args, sender: 'midi:Box' }]);
}

async function led(): Promise<Rig> {
  const here = await rig();
  play(here, '/tempo/source', 'midi');
  return here;
}

describe('A MIDI clock', () => {
  it('counts for nothing until it is the source', async () => {
    const here = await rig();
    await clock(here, 60, 90);
    expect(tempo(here).bpm).toBe(120);
    expect(here.show.tempo.state().lead.devices).toEqual(['Box']);
    expect(here.show.rejections()).toEqual([]);
  });

  it('gives the tempo, and its start the first beat, through its jitter', async () => {
    const here = await led();
    transport(here, 'start');
    await clock(here, 24 * 12, 90);
    expect(Math.abs(tempo(here).bpm / 90 - 1)).toBeLessThan(0.005);
    // The next tick is that of beat 12; a few milliseconds are a hundredth of a beat.
    expect(Math.abs(tempo(here).beat - 12)).toBeLessThan(0.008);
    expect(here.show.tempo.state().lead).toMatchObject({ state: 'following', device: 'Box', message: '' });
    expect(here.show.parameter('/tempo')?.value).toBe(90);
  });

  it('is told with its start and from time to time, so that who counts on stays in time', async () => {
    const here = await led();
    const heard: TempoState[] = [];
    here.show.tempo.subscribe((state) => heard.push(state));
    await here.time.pass(0.3);
    transport(here, 'start');
    await clock(here, 24 * 20, 100);
    const told = heard.filter(({ lead }) => lead.state === 'following');
    expect(told.length).toBeGreaterThan(2);
    const last = told.at(-1);
    const counted = (last?.beat ?? 0) + ((here.time.us - (last?.timeUs ?? 0)) / 60e6) * (last?.bpm ?? 0);
    expect(Math.abs(counted - tempo(here).beat)).toBeLessThan(0.02);
    expect(Math.abs(tempo(here).beat - 20)).toBeLessThan(0.02);
  });

  it('cannot be overruled by hand while it leads; the refusal says what to do', async () => {
    const here = await led();
    await clock(here, 48);
    play(here, '/tempo', 60);
    expect(here.show.rejections()).toMatchObject([{ lastError: { code: 'E_TEMPO_LED' } }]);
    expect(Math.abs(tempo(here).bpm - 120)).toBeLessThan(1);
  });

  it('goes on free at its last tempo once it is silent, says so, and leads again when it comes back', async () => {
    const here = await led();
    await clock(here, 96, 100);
    const { bpm, beat } = tempo(here);
    await here.time.pass(3);
    expect(tempo(here).bpm).toBe(bpm);
    expect(tempo(here).beat).toBeCloseTo(beat + (3 * bpm) / 60, 2);
    expect(here.show.tempo.state().lead).toMatchObject({ state: 'free', device: 'Box' });
    expect(here.lines.at(-1)).toMatch(/MIDI clock of Box fell silent; the tempo goes on at 100/);
    play(here, '/tempo', 80);
    expect(tempo(here).bpm).toBe(80);
    await clock(here, 48, 110);
    expect(here.show.tempo.state().lead.state).toBe('following');
    expect(Math.abs(tempo(here).bpm / 110 - 1)).toBeLessThan(0.01);
  });

  it('stops and continues where it was, or where the song position says', async () => {
    const here = await led();
    transport(here, 'start');
    await clock(here, 24 * 6);
    transport(here, 'stop');
    expect(tempo(here).playing).toBe(false);
    await here.time.pass(0.7);
    transport(here, 'continue');
    await clock(here, 24);
    expect(tempo(here).playing).toBe(true);
    expect(Math.abs(tempo(here).beat - 7)).toBeLessThan(0.05);
    transport(here, 'stop');
    transport(here, 'position', 64);
    transport(here, 'continue');
    await clock(here, 24);
    expect(Math.abs(tempo(here).beat - 17)).toBeLessThan(0.05);
  });

  it('is that of the device that was named', async () => {
    const here = await led();
    play(here, '/tempo/device', 'Other');
    await clock(here, 48, 90);
    expect(here.show.tempo.state().lead).toMatchObject({ state: 'waiting', device: null });
    await clock(here, 48, 90, 'Other');
    expect(here.show.tempo.state().lead).toMatchObject({ state: 'following', device: 'Other' });
  });

  it('of which the beat was tapped keeps the tempo and takes the beat', async () => {
    const here = await led();
    await clock(here, 24 * 2 + 7);
    play(here, '/tempo/tap');
    await clock(here, 24 * 4);
    expect(Math.abs(tempo(here).phase - 0.5)).toBeGreaterThan(0.48);
    expect(Math.abs(tempo(here).bpm - 120)).toBeLessThan(0.6);
  });

  it('of nonsense is nothing to be afraid of', async () => {
    const here = await led();
    const nonsense: JsonValue[][] = [
      [],
      ['tick'],
      ['tick', 'soon'],
      ['dance', 1],
      ['position', 1, 'x'],
      [null, null],
    ];
    for (const args of nonsense) here.show.play([{ address: clockOf('Box'), args, sender: 'midi:Box' }]);
    for (let count = 0; count < 50; count += 1) transport(here, 'tick');
    expect(tempo(here).bpm).toBe(120);
  });
});
