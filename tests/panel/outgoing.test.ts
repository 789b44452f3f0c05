import { expect, it } from 'vitest';
import type { JsonValue } from '../../src/contract/json.ts';
import { Outgoing } from '../../panel/src/values/outgoing.ts';

/** A browser whose pictures come when the test says. */
function parts() {
  const frames: (() => void)[] = [];
  const sent: Readonly<Record<string, JsonValue>>[] = [];
  const outgoing = new Outgoing(
    (run) => frames.push(run),
    (values) => sent.push(values),
  );
  const frame = (): void => frames.splice(0).forEach((run) => run());
  return { outgoing, sent, frame };
}

it('sends once a picture, the newest value of each address', () => {
  const { outgoing, sent, frame } = parts();
  expect(outgoing.put('/main/a', 1)).toBe(true);
  expect(outgoing.put('/main/a', 2)).toBe(false);
  outgoing.put('/main/b', 3);
  expect(sent).toEqual([]);
  frame();
  expect(sent).toEqual([{ '/main/a': 2, '/main/b': 3 }]);
});
