import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MidiDecoder } from '../../../../src/protocols/midi/decode.ts';
import { encodeMidi, splitMidi } from '../../../../src/protocols/midi/encode.ts';
import { midiKinds, type MidiEvent, type MidiKind } from '../../../../src/protocols/midi/event.ts';

const highest: Readonly<Record<MidiKind, { readonly number: number; readonly value: number }>> = {
  note: { number: 127, value: 127 },
  poly: { number: 127, value: 127 },
  // Above stand those of the channel mode, and from 96 on those that choose parameters.
  cc: { number: 95, value: 127 },
  cc14: { number: 31, value: 16_383 },
  // The last is the null parameter.
  nrpn: { number: 16_382, value: 16_383 },
  rpn: { number: 16_382, value: 16_383 },
  pitch: { number: 0, value: 16_383 },
  pressure: { number: 0, value: 127 },
  program: { number: 0, value: 127 },
};

const controls = fc.constantFrom(...midiKinds).chain((kind) =>
  fc.record({
    kind: fc.constant(kind),
    channel: fc.integer({ min: 1, max: 16 }),
    number: fc.integer({ min: 0, max: highest[kind].number }),
    value: fc.integer({ min: 0, max: highest[kind].value }),
  }),
);

const encoded = controls.map(({ kind, channel, number, value }) =>
  Uint8Array.from(encodeMidi(kind, channel, number, value)),
);

/** Whole messages, some of them changed in one byte, cut, or with others strewn in. */
const mutated = fc
  .tuple(fc.array(encoded, { maxLength: 8 }), fc.nat(), fc.integer({ min: 0, max: 255 }), fc.nat({ max: 3 }))
  .map(([messages, place, byte, how]) => {
    const bytes = messages.flatMap((message) => [...message]);
    const at = place % (bytes.length + 1);
    if (how === 0) bytes[Math.min(at, Math.max(0, bytes.length - 1))] = byte;
    else if (how === 1) bytes.splice(at, 1);
    else if (how === 2) bytes.splice(at, 0, byte);
    else bytes.length = at;
    return Uint8Array.from(bytes);
  });

function isInRange(event: MidiEvent): boolean {
  if (event.kind === 'clock') return event.what !== 'position' || within(event.sixteenths, 0, 16_383);
  const isWide =
    event.kind === 'cc14' || event.kind === 'nrpn' || event.kind === 'rpn' || event.kind === 'pitch';
  return (
    within(event.channel, 1, 16) &&
    within(event.number, 0, 16_383) &&
    within(event.value, 0, isWide ? 16_383 : 127)
  );
}

const within = (value: number, minimum: number, maximum: number): boolean =>
  Number.isInteger(value) && value >= minimum && value <= maximum;

test('whatever is written is read back the same', () => {
  fc.assert(
    fc.property(controls, ({ kind, channel, number, value }) => {
      const decoder = new MidiDecoder();
      const events = decoder.read(Uint8Array.from(encodeMidi(kind, channel, number, value)));
      expect(events.at(-1)).toEqual({ kind, channel, number, value, bank: null });
      expect(decoder.counts.malformed).toBe(0);
    }),
    { numRuns: 2000 },
  );
});

test('whatever is written is split into messages that make up the same bytes', () => {
  fc.assert(
    fc.property(fc.array(encoded, { minLength: 1, maxLength: 8 }), (messages) => {
      const bytes = messages.flatMap((message) => [...message]);
      expect(splitMidi(bytes).flat()).toEqual(bytes);
    }),
    { numRuns: 500 },
  );
});

test('bytes mean the same in one piece and in many', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat({ max: 60 }), (bytes, cut) => {
      const whole = new MidiDecoder();
      const pieces = new MidiDecoder();
      expect([...pieces.read(bytes.subarray(0, cut)), ...pieces.read(bytes.subarray(cut))]).toEqual(
        whole.read(bytes),
      );
      expect(pieces.counts).toEqual(whole.counts);
    }),
    { numRuns: 2000 },
  );
});

// One decoder for all: what one string leaves behind must not harm the next. Three events a byte come only from controllers,
// which are two bytes at least, and each note that is let go was struck before.
test('50,000 random and mutated strings give events in range, no more than their bytes allow', () => {
  const decoder = new MidiDecoder();
  let bytes = 0;
  let events = 0;
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 40 }), mutated), (string) => {
      const found = decoder.read(string);
      bytes += string.length;
      events += found.length;
      if (!found.every(isInRange)) throw new Error(JSON.stringify(found));
    }),
    { numRuns: 50_000 },
  );
  expect(events).toBeLessThanOrEqual(2 * bytes);
  expect(bytes).toBeGreaterThan(200_000);
});

test('messages that are refused for sending are refused by their code, and nothing else happens', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.integer({ min: -1, max: 256 }), fc.anything())), (bytes) => {
      try {
        const messages = splitMidi(bytes);
        const decoder = new MidiDecoder();
        for (const message of messages) decoder.read(Uint8Array.from(message));
        expect(decoder.counts).toMatchObject({ malformed: 0, messages: messages.length });
      } catch (error) {
        expect(error).toMatchObject({ code: 'E_MIDI_MESSAGE' });
      }
    }),
    { numRuns: 3000 },
  );
});
