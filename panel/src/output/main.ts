import { Doorway } from './doorway.ts';
import { MatteSurface } from './matte-surface.ts';
import { Output } from './output.ts';
import { PlainSurface } from './plain-surface.ts';
import { wishIn } from './wish.ts';

const canvas = document.querySelector('canvas');
const video = document.querySelector('video');
if (canvas === null || video === null) throw new Error('The page has no canvas or no video');
const wish = wishIn(location);
const surface = wish.matte === 'packed' ? new MatteSurface(canvas) : new PlainSurface(canvas);
const doorway = new Doorway(wish.token, {
  fetch: (...request) => fetch(...request),
  nowMs: () => performance.now(),
});
new Output({ body: document.body, video, surface }, wish, doorway);
