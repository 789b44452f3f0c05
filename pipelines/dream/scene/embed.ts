import { hashText, seeded } from '../random.ts';
import type { Entry } from '../lexicon/entry.ts';
import { base, families, type Family } from '../lexicon/families.ts';
import { lookUp } from '../lexicon/lexicon.ts';
import { fromHexes, shiftTone } from './colour.ts';
import { COLOURS, fields, placeOf, SCENE_LENGTH, type Scene, type Setting, type Settings } from './layout.ts';
import { parsePrompt } from './parse.ts';

interface Meaning {
  readonly entry: Entry;
  readonly weight: number;
}

const WHITE_ACCENTS = '#ffffff #ffffff';

/** What a prompt without colours is painted with. */
const unnamed: Entry = { pal: '#0a0a18 #2a2a6a #6a4aa8 #d08ab0 #ffe8d8', acc: WHITE_ACCENTS };

/** Prefixes of settings that add up over families instead of being averaged. */
const isFieldWeight = (setting: string): boolean => /^[phg]\./.test(setting) || setting === 'pbias';
const isLayerWeight = (setting: string): boolean => /^[ABSDa]\./.test(setting);

/** Turns a prompt into a scene. The same text always gives the same scene. */
export function embed(text: string): Scene {
  const scene: Scene = new Float32Array(SCENE_LENGTH);
  const meanings: Meaning[] = [];
  const strangers: { word: string; weight: number }[] = [];
  const words = parsePrompt(text);
  for (const { word, weight } of words) {
    const entry = lookUp(word);
    if (entry !== null) meanings.push({ entry, weight });
    else strangers.push({ word, weight });
  }
  placeStructure(scene, familiesOf(meanings));
  placeColours(scene, meanings);
  // Backwards, so that where two words fix the same thing the first, mostly an adjective, has the last say.
  for (const { entry, weight } of meanings.toReversed()) applySettings(scene, entry, weight);
  placeInNoise(scene, words.map(({ word }) => word).join(' '));
  for (const { word, weight } of strangers) vary(scene, word, weight);
  return scene;
}

/** The strongest use of each family over the words; and ground to stand on where the words bring none. */
function familiesOf(meanings: readonly Meaning[]): Map<Family, number> {
  const used = new Map<Family, number>();
  for (const { entry, weight } of meanings) {
    for (const [family, amount] of entriesOf(entry.fam ?? {})) {
      used.set(family, Math.max(used.get(family) ?? 0, amount * weight));
    }
  }
  let ground = 0;
  for (const [family, amount] of used) if (isGround(family)) ground += amount;
  if (ground < 0.4) {
    const under = used.size > 0 ? 'sky' : 'flow';
    used.set(under, Math.max(used.get(under) ?? 0, 1 - ground));
  }
  return used;
}

function isGround(family: Family): boolean {
  return Object.keys(families[family]).some((setting) => setting.startsWith('p.'));
}

function placeStructure(scene: Scene, used: ReadonlyMap<Family, number>): void {
  const sums = new Map<Setting, { sum: number; weight: number }>();
  let ground = 0;
  for (const [family, amount] of used) {
    if (isGround(family)) ground += amount;
    for (const [setting, value] of settingsOf(families[family])) {
      const known = sums.get(setting) ?? { sum: 0, weight: 0 };
      sums.set(setting, { sum: known.sum + amount * value, weight: known.weight + amount });
    }
  }
  // Grounds share one budget, so that three of them do not add up to white.
  const share = Math.max(1, ground);
  for (const [setting, value] of settingsOf(base)) scene[placeOf(setting)] = value;
  for (const [setting, { sum, weight }] of sums) {
    const place = placeOf(setting);
    if (isFieldWeight(setting)) scene[place] = sum / share;
    else if (isLayerWeight(setting)) scene[place] = Math.min(1.2, sum);
    else {
      const take = Math.min(1, weight);
      scene[place] = (scene[place] ?? 0) * (1 - take) + (sum / (weight || 1)) * take;
    }
  }
}

/** The mean of the words' anchors by their pull; the first word, mostly an adjective, counts a little more. */
function placeColours(scene: Scene, meanings: readonly Meaning[]): void {
  const painters = meanings.filter(({ entry }) => entry.pal !== undefined);
  const list = painters.length > 0 ? painters : [{ entry: unnamed, weight: 1 }];
  let total = 0;
  list.forEach(({ entry, weight }, index) => {
    const share = Math.max(1e-6, weight) * (entry.pull ?? 1) * (index === 0 ? 1.2 : 1);
    total += share;
    const row = fromHexes(`${entry.pal ?? ''} ${entry.acc ?? WHITE_ACCENTS}`);
    for (let i = 0; i < COLOURS; i += 1) scene[i] = (scene[i] ?? 0) + (row[i] ?? 0) * share;
  });
  for (let i = 0; i < COLOURS; i += 1) scene[i] = (scene[i] ?? 0) / total;
  for (const { entry, weight } of meanings) {
    if (entry.tone === undefined) continue;
    const amount = Math.min(1.5, weight);
    shiftTone(
      scene,
      COLOURS / 3,
      (entry.tone.light ?? 0) * amount,
      1 + ((entry.tone.colour ?? 1) - 1) * amount,
    );
  }
}

function applySettings(scene: Scene, entry: Entry, weight: number): void {
  const take = Math.min(1, weight);
  for (const [setting, value] of settingsOf(entry.set ?? {})) {
    const place = placeOf(setting);
    scene[place] = (scene[place] ?? 0) * (1 - take) + value * take;
  }
  for (const [setting, factor] of settingsOf(entry.times ?? {})) {
    const place = placeOf(setting);
    scene[place] = (scene[place] ?? 0) * (1 + (factor - 1) * Math.min(1.5, weight));
  }
}

/** Every prompt looks at a part of the noise of its own, so that prompts of one family do not share their lines. */
function placeInNoise(scene: Scene, words: string): void {
  const hash = hashText(words);
  scene[placeOf('ox')] = ((hash & 255) / 255 - 0.5) * 0.9;
  scene[placeOf('oy')] = (((hash >>> 8) & 255) / 255 - 0.5) * 0.9;
}

/** Words outside the lexicon carry no meaning; each varies the structure in its own repeatable way. */
function vary(scene: Scene, word: string, weight: number): void {
  const random = seeded(hashText(word));
  const nudge = (setting: Setting, by: number): void => {
    scene[placeOf(setting)] = (scene[placeOf(setting)] ?? 0) + by * weight;
  };
  const anyField = () => fields[Math.floor(random() * fields.length)] ?? 'fbm';
  for (let i = 0; i < 3; i += 1) nudge(`p.${anyField()}`, (random() - 0.35) * 0.5);
  for (let i = 0; i < 2; i += 1) nudge(`h.${anyField()}`, (random() - 0.3) * 0.8);
  for (const setting of ['zx', 'zy', 'warp1', 'warp2'] as const) {
    scene[placeOf(setting)] =
      (scene[placeOf(setting)] ?? 0) * (1 + (random() - 0.5) * 0.6 * Math.min(1.5, weight));
  }
}

function settingsOf(settings: Settings): [Setting, number][] {
  return entriesOf(settings);
}

/** `Object.entries` with the keys its table is known to have; every table here is a literal of ours. */
function entriesOf<K extends string>(table: Readonly<Partial<Record<K, number>>>): [K, number][] {
  return Object.entries(table) as [K, number][];
}
