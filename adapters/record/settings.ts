import type { JsonObject } from '../../src/contract/json.ts';
import { DEFAULT_NAME } from '../../src/contract/recording-name.ts';

export interface Settings {
  readonly format: 'mp4' | 'png';
  readonly quality: number;
  /** 0: by quality. */
  readonly bitrateBps: number;
  readonly effort: 'fast' | 'balanced' | 'small';
  /** 0: each frame at its own time. */
  readonly rateHz: number;
  /** Infinity: never. */
  readonly splitUs: number;
  readonly splitBytes: number;
  readonly name: string;
  /** Above 0, nothing is written but the last so many microseconds, when they are asked for. */
  readonly keepUs: number;
  readonly keepBytes: number;
}

/** From the adapter's config, to which the daemon adds `keepSeconds` and `keepMegabytes` for what is kept in memory. */
export function readSettings(config: JsonObject): Settings {
  const number = (key: string, otherwise: number): number => {
    const value = config[key];
    return typeof value === 'number' && Number.isFinite(value) ? value : otherwise;
  };
  const { effort, name } = config;
  return {
    format: config['format'] === 'png' ? 'png' : 'mp4',
    quality: number('quality', 75),
    bitrateBps: number('bitrateKbps', 0) * 1000,
    effort: effort === 'balanced' || effort === 'small' ? effort : 'fast',
    rateHz: number('rateHz', 0),
    splitUs: number('splitMinutes', 0) * 60e6 || Infinity,
    splitBytes: number('splitMegabytes', 0) * 1e6 || Infinity,
    name: typeof name === 'string' && name !== '' ? name : DEFAULT_NAME,
    keepUs: number('keepSeconds', 0) * 1e6,
    keepBytes: number('keepMegabytes', 256) * 1e6,
  };
}
