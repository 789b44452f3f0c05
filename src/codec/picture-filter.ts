import type { AspectPolicy, Size } from '../contract/frame.ts';
import type { Turn } from './orientation.ts';

/** A decoded picture as it lies in memory. `pixelAspect`: width of a pixel over its height. */
export interface Coded extends Size {
  readonly pixelAspect: number;
}

/** How a picture is to come out. */
export interface View {
  readonly size: Size;
  readonly aspect: AspectPolicy;
  readonly turn: Turn;
}

/** Size of a picture with square pixels, turned as it is to be shown. */
export function shownSize(coded: Coded, turn: Turn): Size {
  const width = Math.max(1, Math.round(coded.width * coded.pixelAspect));
  return turn.swaps ? { width: coded.height, height: width } : { width, height: coded.height };
}

/**
 * The FFmpeg filters from a decoded picture to RGBA of the wanted size. Cropped and scaled before it is turned, so that
 * the expensive steps see as few pixels as can be. `matrix` names the YUV matrix where the picture itself does not.
 */
export function filterChain(coded: Coded, { size, aspect, turn }: View, matrix: string | null): string {
  const box = turn.swaps ? { width: size.height, height: size.width } : size;
  const shape = (coded.width * coded.pixelAspect) / coded.height;
  const boxShape = box.width / box.height;
  const filters: string[] = [];
  let inner = box;
  if (aspect === 'fill' && shape > boxShape) {
    filters.push(`crop=${whole((coded.width * boxShape) / shape)}:${coded.height}`);
  } else if (aspect === 'fill' && shape < boxShape) {
    filters.push(`crop=${coded.width}:${whole((coded.height * shape) / boxShape)}`);
  } else if (aspect === 'fit') {
    inner =
      shape > boxShape
        ? { width: box.width, height: whole(box.width / shape) }
        : { width: whole(box.height * shape), height: box.height };
  }
  const colors = matrix === null ? '' : `:in_color_matrix=${matrix}`;
  filters.push(`scale=${inner.width}:${inner.height}:flags=bicubic${colors}`, 'format=rgba');
  if (inner.width !== box.width || inner.height !== box.height) {
    filters.push(`pad=${box.width}:${box.height}:-1:-1:color=black`);
  }
  return [...filters, ...turn.filters].join(',');
}

function whole(side: number): number {
  return Math.max(1, Math.round(side));
}
