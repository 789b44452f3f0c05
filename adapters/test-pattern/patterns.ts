import type { Size } from '../../src/contract/frame.ts';
import type { Scene } from './scene.ts';

export type Pattern = 'motion' | 'bars' | 'slate' | 'black';

/** Draws what stands still; the canvas is loaded with the first pattern that needs it. */
export async function createScene(pattern: Pattern, size: Size, message: string): Promise<Scene> {
  switch (pattern) {
    case 'motion':
      return (await import('./motion.ts')).motionScene(size);
    case 'bars':
      return (await import('./bars.ts')).barsScene(size);
    case 'slate':
      return (await import('./slate.ts')).slateScene(size, message);
    case 'black':
      return blackScene(size);
  }
}

function blackScene(size: Size): Scene {
  const base = new Uint8Array(size.width * size.height * 4);
  for (let at = 3; at < base.length; at += 4) base[at] = 255;
  return { size, draw: (pixels) => pixels.set(base) };
}
