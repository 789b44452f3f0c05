import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../../src/contract/json.ts';
import { osc, rest, rig } from './rig.ts';

const scalar: fc.Arbitrary<JsonValue> = fc.oneof(
  fc.constantFrom<JsonValue>(
    null,
    true,
    false,
    Number.NaN,
    Infinity,
    '',
    'bar',
    'ease-in',
    '#ff8000',
    'slerp',
    1,
    0,
    0.5,
  ),
  fc.double(),
  fc.string(),
);
const value: fc.Arbitrary<JsonValue> = fc.oneof(
  scalar,
  fc.array(scalar, { maxLength: 40 }),
  fc.record(
    { text: scalar, weight: scalar, duration: scalar, unit: scalar },
    { requiredKeys: [], noNullPrototype: true },
  ),
);

describe('Whatever is sent', () => {
  it('is taken or refused, and what plays stays right', async () => {
    const here = await rig();
    here.show.set({ '/prompts': [{ text: 'gold' }, { text: 'ocean' }] }, rest);
    const addresses = here.show.parameters().map(({ address }) => address);
    const address = fc.oneof(
      fc.constantFrom(...addresses, '/transition', '/strength', '/prompts/31/text'),
      fc.string(),
    );
    const message = fc.record({
      address,
      args: fc.array(value, { maxLength: 5 }),
      sender: fc.constantFrom('osc:a', 'osc:b'),
    });
    fc.assert(
      fc.property(fc.array(message, { minLength: 1, maxLength: 10 }), fc.boolean(), (messages, strict) => {
        if (strict) {
          const sent = Object.fromEntries(messages.map((each) => [each.address, each.args[0] ?? null]));
          here.show.set(sent, rest);
        } else here.show.play(messages);
        here.time.us += 20_000;
        const call = here.show.sample('main', here.time.us, 'text');
        expect(JSON.parse(JSON.stringify(call))).toEqual(call);
        expect(call.prompt.texts.length).toBeLessThanOrEqual(32);
      }),
      { numRuns: 500 },
    );
    const settable = here.show.parameters().filter(({ readOnly }) => readOnly !== true);
    for (const { address: each, value: now, type } of settable) {
      const again = here.show.set(
        { [each]: type === 'trigger' ? false : now },
        { ...osc, strictness: 'reject' },
      );
      expect(again.rejected, each).toEqual([]);
    }
    expect(here.show.rejections().length).toBe(3);
  });
});
