import type { JsonObject } from './json.ts';

/**
 * Under which name peers publish to a source of the adapter `webrtc`, or watch a sink of it, beside the node's id: `cam1` of
 * `whip:cam1`. Null where it has none.
 */
export function publishedName({ name }: JsonObject): string | null {
  return typeof name === 'string' ? name.replace(/^(?:whip|whep):/, '') : null;
}
