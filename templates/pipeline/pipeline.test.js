import assert from 'node:assert/strict';
import test from 'node:test';
import { checkPipeline, prompted, Rehearsal } from 'reverie/testing';
import pipeline from './index.js';

const size = { width: 8, height: 4 };
const values = { amount: 1, tint: '#ff0000', prompted: 1 };

/** Plays one call; the runner of Reverie is not needed. */
async function played(change, prompt) {
  const stage = await Rehearsal.load(await pipeline.load(), values);
  try {
    const { inputs, outputs } = await stage.call('video', change, size, prompt);
    return { input: inputs[0].data, output: outputs[0].data };
  } finally {
    await stage.close();
  }
}

test('it does all that Reverie asks of a pipeline', () => checkPipeline(pipeline));

test('an amount of nothing leaves the picture as it is', async () => {
  const { input, output } = await played({ amount: 0 });
  assert.deepEqual(output, input);
});

test('a full red leaves the red and takes the rest', async () => {
  const { input, output } = await played({});
  assert.equal(output[4], input[4]);
  assert.deepEqual(Array.from(output.slice(5, 7)), [0, 0]);
});

test('the prompt turns the colour', async () => {
  const { output } = await played({}, prompted('deep ocean'));
  const plain = await played({});
  assert.notDeepEqual(output, plain.output);
});
