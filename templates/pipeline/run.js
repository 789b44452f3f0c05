// What the pipeline does. Reverie loads it in a process of its own: it may crash or hang, and the show goes on.

/** Colours of some words, `[red, green, blue]` from 0 to 255. */
const words = {
  fire: [255, 80, 20],
  gold: [255, 190, 60],
  forest: [60, 170, 70],
  ocean: [30, 110, 220],
  storm: [70, 80, 140],
  rose: [255, 90, 140],
  snow: [235, 245, 255],
};

/**
 * Called once. Open models and files here. `context` has a folder that survives restarts (`cacheDir`), a log (`log('…')`), and
 * `busy('what', deadlineMs)` for calls that block the process for long.
 */
export async function load(context) {
  context.log('my-pipeline is loaded');
  return { process };
}

/** Called for every frame, with the values of that instant. Pixels are red, green, blue, alpha, one byte each. */
async function process(call) {
  const input = call.frames.at(-1);
  if (input === undefined) return;
  const { amount, tint, prompted } = call.values;
  const [red, green, blue] = mixed(hex(tint), promptColour(call.prompt), prompted).map((part) =>
    gains(part, amount),
  );

  const output = await call.output({ width: input.width, height: input.height });
  const from = input.data;
  const to = output.data;
  for (let at = 0; at < from.length; at += 4) {
    to[at] = red[from[at]];
    to[at + 1] = green[from[at + 1]];
    to[at + 2] = blue[from[at + 2]];
    to[at + 3] = from[at + 3];
  }
}

/** What becomes of each of the 256 values of a channel: reading a table is faster than multiplying per pixel. */
function gains(part, amount) {
  const gain = 1 - amount + (amount * part) / 255;
  return Uint8Array.from({ length: 256 }, (_, value) => value * gain);
}

/** The colours of the words that the prompt says, by their weights; null where it says none that has a colour. */
function promptColour({ texts }) {
  const sum = [0, 0, 0];
  let total = 0;
  for (const { text, weight } of texts) {
    for (const word of text.toLowerCase().split(/[^a-z]+/)) {
      const colour = Object.hasOwn(words, word) ? words[word] : null;
      if (colour === null) continue;
      colour.forEach((part, index) => (sum[index] += part * weight));
      total += weight;
    }
  }
  return total > 0 ? sum.map((part) => part / total) : null;
}

function mixed(from, to, share) {
  return to === null ? from : from.map((part, index) => part + (to[index] - part) * share);
}

/** `#ff8040` → `[255, 128, 64]` */
function hex(text) {
  return [1, 3, 5].map((at) => Number.parseInt(text.slice(at, at + 2), 16));
}
