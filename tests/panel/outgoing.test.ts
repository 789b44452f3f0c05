import { expect, it } from 'vitest';
import type { JsonValue } from '../../src/contract/json.ts';
import { Outgoing } from '../../panel/src/values/outgoing.ts';

/** A browser whose pictures come when the test says, and a daemon that answers when it says. */
function parts() {
  const frames: (() => void)[] = [];
  const sent: Readonly<Record<string, JsonValue>>[] = [];
  const answers: (() => void)[] = [];
  const outgoing = new Outgoing(
    (run) => frames.push(run),
    (values) => {
      sent.push(values);
      return new Promise((resolve) => answers.push(resolve));
    },
  );
  const frame = (): void => frames.splice(0).forEach((run) => run());
  const answer = async (): Promise<void> => {
    answers.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { outgoing, sent, frame, answer };
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

it('sends fewer and newer values where the daemon is slow, and always the last one', async () => {
  const { outgoing, sent, frame, answer } = parts();
  for (const value of [1, 2, 3, 4, 5]) {
    outgoing.put('/main/a', value);
    frame();
  }
  expect(sent).toEqual([{ '/main/a': 1 }, { '/main/a': 2 }]);
  await answer();
  frame();
  expect(sent.at(-1)).toEqual({ '/main/a': 5 });
});
