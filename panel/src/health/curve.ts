export interface Box {
  readonly width: number;
  readonly height: number;
  /** The value at the upper edge. */
  readonly top: number;
  readonly bars: boolean;
}

/** Seconds from the left edge to the right. */
const SECONDS = 60;

/** A round number at or above every value, so that a graph does not breathe with each sample. */
export function scaleOf(values: readonly (number | null)[]): number {
  const most = Math.max(0, ...values.map((value) => value ?? 0));
  if (most === 0) return 1;
  const decade = 10 ** Math.floor(Math.log10(most));
  return ([1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((step) => step * decade >= most) ?? 10) * decade;
}

/** The values as an SVG path, the newest at the right edge; gaps where nothing was measured. */
export function curve(values: readonly (number | null)[], { width, height, top, bars }: Box): string {
  const left = SECONDS - values.length;
  let pen = 'M';
  return values
    .map((value, index) => {
      if (value === null || (bars && value === 0)) {
        pen = 'M';
        return '';
      }
      const x = (((left + index) / (SECONDS - 1)) * width).toFixed(1);
      const y = (height - 1 - Math.min(1, value / top) * (height - 4)).toFixed(1);
      if (bars) return `M${x} ${height}V${y}`;
      const point = `${pen}${x} ${y}`;
      pen = 'L';
      return point;
    })
    .join('');
}
