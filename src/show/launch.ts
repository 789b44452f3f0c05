import { isTrigger, type Entry } from './entry.ts';

const discrete = new Set(['boolean', 'enum', 'string', 'list']);
const ownLaunches = /^(prompt|prompts|prompts\/interpolation|prompts\/\d+\/text|preset|cue)$/;

/**
 * What /tempo/quantize puts on the grid when a performer's protocol says nothing of the time: prompts, presets, cues, the start
 * of the timeline, and the switches, choices, texts and buttons of stages. What moves (numbers, colours, weights of prompts)
 * answers at once, and so do the settings of the show: /paused, /transition, /tempo and modes.
 */
export function isLaunch(entry: Entry): boolean {
  const { key, type } = entry.spec;
  if (ownLaunches.test(key)) return true;
  if (entry.node === null) return isTrigger(entry) && /^(preset|cue)\/|^timeline\/play$/.test(key);
  return (
    (isTrigger(entry) || discrete.has(type)) &&
    !key.startsWith('transition/') &&
    key !== 'mode' &&
    !isLfo(key)
  );
}

function isLfo(key: string): boolean {
  return key.includes('/lfo/');
}
