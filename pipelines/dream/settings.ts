import type { JsonValue } from '../../src/contract/json.ts';

/** The parameters of one call, read from what the show sent; see index.ts for ranges and meaning. */
export interface DreamSettings {
  readonly strength: number;
  readonly speed: number;
  readonly detail: number;
  readonly warp: number;
  readonly contrast: number;
  readonly glow: number;
  readonly feedback: number;
  readonly palette: string;
  readonly seed: number;
}

export interface LoadSettings {
  readonly width: number;
  readonly height: number;
  readonly quality: string;
}

type Values = Readonly<Record<string, JsonValue>>;

export function readSettings(values: Values): DreamSettings {
  return {
    strength: number(values, 'strength', 0.75),
    speed: number(values, 'speed', 1),
    detail: number(values, 'detail', 0.5),
    warp: number(values, 'warp', 0.5),
    contrast: number(values, 'contrast', 0.5),
    glow: number(values, 'glow', 0.5),
    feedback: number(values, 'feedback', 0),
    palette: text(values, 'palette', 'prompt'),
    seed: number(values, 'seed', 1),
  };
}

export function readLoadSettings(values: Values): LoadSettings {
  return {
    width: Math.round(number(values, 'width', 512)),
    height: Math.round(number(values, 'height', 512)),
    quality: text(values, 'quality', 'standard'),
  };
}

function number(values: Values, key: string, fallback: number): number {
  const value = values[key];
  return typeof value === 'number' && Number.isFinite(value) ? value : fallback;
}

function text(values: Values, key: string, fallback: string): string {
  const value = values[key];
  return typeof value === 'string' ? value : fallback;
}
