import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { deviceName } from '../../../adapters/midi/names.ts';
import dream from '../../../pipelines/dream/index.ts';
import { bindingMapSchema, type NewBinding } from '../../../src/contract/binding.ts';
import { eventAddress } from '../../../src/contract/control-event.ts';
import { encodeMidi } from '../../../src/protocols/midi/encode.ts';
import { midiKinds } from '../../../src/protocols/midi/event.ts';
import { readMap } from '../../../src/show/bindings/binding-list.ts';

const folder = new URL('../../../adapters/midi/maps/', import.meta.url);
const files = readdirSync(folder);
const text = (file: string): string => readFileSync(new URL(file, folder), 'utf8');

/** Addresses that every show has. */
const ofShow = ['/transition/duration', '/tempo/tap', '/paused'];

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

/** What the page of each map says that its controller sends: notes and controllers, all on the first channel. */
const sent: Record<string, Readonly<Record<string, readonly number[]>>> = {
  'akai-apc-mini-mk2.json': {
    note: [...range(0x00, 0x3f), ...range(0x64, 0x6b), ...range(0x70, 0x77), 0x7a],
    cc: range(0x30, 0x38),
  },
  'behringer-x-touch-extender.json': { note: range(0, 39), cc: [...range(70, 77), ...range(80, 87)] },
  'behringer-x-touch-one.json': { note: [...range(0, 34), 110], cc: [64, 70, 80, 88] },
};

test('there are maps for three controllers', () => {
  expect(files).toHaveLength(3);
});

describe.each(files)('%s', (file) => {
  const bindings = readMap(text(file), null);
  const addressesOf = ({ target }: NewBinding): string[] =>
    target.kind === 'address'
      ? [target.address]
      : target.commands.flatMap((command) => (command.kind === 'set' ? [command.address] : []));

  test('says which page its numbers come from', () => {
    expect(bindingMapSchema.parse(JSON.parse(text(file))).page).toMatch(/^https:\/\//);
  });

  test('has no number that is not on that page', () => {
    for (const { source } of bindings) {
      expect(source.channel).toBe(1);
      expect(sent[file]?.[source.kind]).toContain(source.number);
    }
  });

  test('names each control once, by the name that its device has here', () => {
    const sources = bindings.map(({ source }) => eventAddress(source));
    expect(new Set(sources).size).toBe(sources.length);
    for (const { source, label } of bindings) {
      expect(deviceName(source.device)).toBe(source.device);
      expect(label).not.toBe('');
    }
  });

  test('plays what dream has', () => {
    const known = [...Object.keys(dream.params.shape).map((key) => `/${key}`), ...ofShow];
    for (const address of bindings.flatMap(addressesOf)) expect(known).toContain(address);
  });

  test('lights its lamps with messages that can be sent', () => {
    for (const { source, feedback } of bindings) {
      const { kind, channel, number } = feedback.to ?? source;
      const known = midiKinds.find((each) => each === kind);
      expect(known).toBeDefined();
      for (const value of [feedback.lit ?? 127, feedback.dark ?? 0])
        expect(encodeMidi(known ?? 'note', channel, number, value)).toHaveLength(3);
    }
  });
});
