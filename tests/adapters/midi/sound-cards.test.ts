import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isPortOfCard, watchCards } from '../../../adapters/midi/sound-cards.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { until } from '../../conformance/contexts.ts';

test('a card whose MIDI comes or goes is told by its number, other devices are not', async () => {
  const folder = tempFolder('snd');
  const cards: number[] = [];
  const stop = watchCards(folder, (card) => void cards.push(card));
  for (const file of ['pcmC2D0p', 'controlC2', 'midiC12D0']) writeFileSync(join(folder, file), '');
  await until(() => cards.length > 0);
  const told = cards.length;
  rmSync(join(folder, 'midiC12D0'));
  await until(() => cards.length > told);
  stop();
  expect(new Set(cards)).toEqual(new Set([12]));
});

test('where there is no folder of devices, nothing happens', () => {
  expect(() => watchCards('/nowhere/snd', () => undefined)()).not.toThrow();
});

test.each([
  ['LPD8:LPD8 MIDI 1 20:0', 1],
  ['Launchpad Pro:Launchpad Pro MIDI 2 24:1', 2],
  ['LPD8:LPD8 MIDI 1 16:0', 0],
])('%s is of card %d', (port, card) => {
  expect([card - 1, card, card + 1].map((each) => isPortOfCard(port, each))).toEqual([false, true, false]);
});

test('ports of programs and of other systems are of no card', () => {
  for (const port of ['LPD8', 'Midi Through:Midi Through Port-0 14:0'])
    expect([0, 1, 2].some((card) => isPortOfCard(port, card))).toBe(false);
});
