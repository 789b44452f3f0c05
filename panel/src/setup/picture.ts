import type { GraphNode } from '../../../src/contract/graph.ts';
import type { PictureSettings } from '../../../src/contract/picture.ts';

const plain: PictureSettings = {
  crop: { left: 0, top: 0, right: 0, bottom: 0 },
  rotate: 0,
  flip: 'none',
  aspect: null,
  maxRateHz: null,
};

/** What is done to the picture of a source or sink, with what it leaves out filled in. */
export function pictureOf(node: Exclude<GraphNode, { type: 'stage' }>): PictureSettings {
  return { ...plain, ...node.picture };
}
