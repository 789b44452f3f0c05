import type { GraphNode } from '../../../src/contract/graph.ts';
import { plainPicture, type PictureSettings } from '../../../src/contract/picture.ts';

/** What is done to the picture of a source or sink, with what it leaves out filled in. */
export function pictureOf(node: Exclude<GraphNode, { type: 'stage' }>): PictureSettings {
  return { ...plainPicture, ...node.picture };
}
