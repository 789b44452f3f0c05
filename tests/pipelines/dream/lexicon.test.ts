import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canonical, lexicon, words } from '../../../pipelines/dream/lexicon/lexicon.ts';
import { embed } from '../../../pipelines/dream/scene/embed.ts';
import { placeOf, type Scene } from '../../../pipelines/dream/scene/layout.ts';
import { difference } from './pictures.ts';
import { closeStudio, openStudio, type Studio } from './studio.ts';

/** A difference that an eye sees at once when the pictures are switched: 1 % of full scale, as a mean over all pixels. */
const FLOOR = 1;

/** Every prompt looks at its own part of the noise; here that is taken away, so that only what a word means is compared. */
function embedInPlace(text: string): Scene {
  const scene = embed(text);
  scene[placeOf('ox')] = 0.1;
  scene[placeOf('oy')] = -0.2;
  return scene;
}

const inPrompt = (word: string): boolean => word === 'velvet' || word === 'dusk';

describe('the lexicon', () => {
  let studio: Studio;
  beforeAll(async () => {
    studio = await openStudio({}, embedInPlace);
  }, 60_000);
  afterAll(() => closeStudio(studio));

  it('knows at least 200 words in each of the promised categories together, none twice', () => {
    expect(words.length).toBeGreaterThanOrEqual(200);
    const listed = Object.values(lexicon).flatMap((table) => Object.keys(table));
    expect(new Set(listed).size).toBe(listed.length);
    for (const table of Object.values(lexicon)) expect(Object.keys(table).length).toBeGreaterThanOrEqual(20);
  });

  it('changes the picture with every single word: added to a prompt', { timeout: 120_000 }, async () => {
    const weak: string[] = [];
    // Two prompts, so that the words of the one are added to the other.
    for (const prompt of ['velvet dusk', 'marble noon']) {
      const base = await studio.still({ prompt });
      for (const word of words.filter((other) =>
        prompt === 'velvet dusk' ? !inPrompt(other) : inPrompt(other),
      )) {
        const changed = difference(await studio.still({ prompt: `${word} ${prompt}` }), base);
        if (changed < FLOOR) weak.push(`${word} ${changed.toFixed(2)} %`);
      }
    }
    expect(weak).toEqual([]);
  });

  it('changes the picture with every single word: on its own', { timeout: 120_000 }, async () => {
    const empty = await studio.still({ prompt: '' });
    const weak: string[] = [];
    for (const word of words) {
      const changed = difference(await studio.still({ prompt: word }), empty);
      if (changed < FLOOR) weak.push(`${word} ${changed.toFixed(2)} %`);
    }
    expect(weak).toEqual([]);
  });

  it('finds plurals and simple forms, and leaves strangers alone', () => {
    expect(canonical('clouds')).toBe('cloud');
    expect(canonical('foggy')).toBe('fog');
    expect(canonical('leaves')).toBe('leaf');
    expect(canonical('gray')).toBe('grey');
    expect(canonical('moonlit')).toBe('moon');
    expect(canonical('carpet')).toBeNull();
    expect(canonical('zorblax')).toBeNull();
  });

  it('varies the structure with words that it does not know, each in its own repeatable way', async () => {
    const plain = await studio.still({ prompt: 'gold' });
    const one = await studio.still({ prompt: 'gold zorblax' });
    const other = await studio.still({ prompt: 'gold quibnor' });
    expect(difference(one, plain)).toBeGreaterThan(FLOOR);
    expect(difference(one, other)).toBeGreaterThan(FLOOR);
    expect(difference(one, await studio.still({ prompt: 'gold zorblax' }))).toBe(0);
  });

  it('lets "(word:1.4)" count for more than the bare word, and "(word:0)" for nothing', async () => {
    const bare = await studio.still({ prompt: 'snow desert' });
    const strong = await studio.still({ prompt: '(snow:1.4) desert' });
    const faint = await studio.still({ prompt: '(snow:0.3) desert' });
    const desert = await studio.still({ prompt: 'desert' });
    expect(difference(strong, desert)).toBeGreaterThan(difference(bare, desert));
    expect(difference(faint, desert)).toBeLessThan(difference(bare, desert));
  });

  it('takes any text as a prompt', async () => {
    const odd = [
      '',
      '   ',
      '((((',
      '(:2)',
      '(gold:-3)',
      '(gold:9e9)',
      '🙂🙂',
      'a'.repeat(2000),
      '日本 の 庭',
      'gold '.repeat(400),
    ];
    for (const prompt of odd) {
      const picture = await studio.still({ prompt });
      expect(picture.every((value, i) => (i & 3) !== 3 || value === 255)).toBe(true);
    }
  });
});
