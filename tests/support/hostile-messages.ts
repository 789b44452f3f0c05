import fc from 'fast-check';

/** One message of each kind, as a client would send it. */
export const seedMessages: readonly object[] = [
  { type: 'hello', id: 1 },
  { type: 'hello', id: 2, resume: 'AAAAAAAAAAAAAAAAAAAAAA', since: 12 },
  { type: 'set', id: 'a', values: { '/main/strength': 0.4, '/main/caption': 'tides' } },
  {
    type: 'set',
    values: { '/main/strength': 0.4 },
    ramp: { duration: 2, curve: 'ease-in' },
    at: { beats: 4 },
  },
  { type: 'command', id: 3, commands: [{ kind: 'set', address: '/main/strength', value: 0.3, at: 'bar' }] },
  { type: 'command', id: 4, commands: [{ kind: 'prompt', prompts: [{ text: 'tides', weight: 0.5 }] }] },
  { type: 'subscribe', id: 5, subscription: 'a', patterns: ['/main/*', '//{steps,caption}'], rateHz: 0 },
  { type: 'unsubscribe', id: 6, subscription: 'a' },
  { type: 'snapshot', id: 7, patterns: ['/main/[a-s]*'] },
  { type: 'follow', id: 8, events: { status: false, node: true, log: false, stats: false } },
  { type: 'ping', id: 9 },
];

const strange = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    -1,
    1e308,
    NaN,
    '',
    '/main/strength',
    '__proto__',
    'constructor',
    [],
    {},
  ),
  fc.jsonValue({ maxDepth: 3 }),
  fc.string({ maxLength: 300 }),
  fc.constantFrom('*'.repeat(40), '/{', '[', '//'.repeat(60), '/main/{a,b}*?'),
);

/** A good message of which one field, at some depth, is another or gone. */
const otherField = fc
  .tuple(fc.constantFrom(...seedMessages), fc.nat(40), strange, fc.boolean())
  .map(([message, place, value, remove]) => {
    let at = place;
    const changed: unknown = JSON.parse(
      JSON.stringify(message),
      function reviver(this: unknown, _key, old: unknown) {
        at -= 1;
        return at === 0 ? (remove ? undefined : value) : old;
      },
    );
    return JSON.stringify(changed) ?? '';
  });

/** A good message with characters changed, lost or added. */
const otherCharacters = fc
  .tuple(
    fc.constantFrom(...seedMessages),
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.nat(3),
    fc.string({ maxLength: 3 }),
  )
  .map(([message, part, removed, inserted]) => {
    const text = JSON.stringify(message);
    const at = Math.floor(part * text.length);
    return text.slice(0, at) + inserted + text.slice(at + removed);
  });

/** What strangers send: noise, JSON of another kind, and messages that are nearly right. */
export const hostileMessage = fc.oneof(
  { arbitrary: otherField, weight: 5 },
  { arbitrary: otherCharacters, weight: 4 },
  { arbitrary: fc.json({ maxDepth: 4 }), weight: 1 },
  { arbitrary: fc.string({ maxLength: 60 }), weight: 1 },
);
