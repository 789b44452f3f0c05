import type { Endpoint } from '../contract/adapter.ts';
import { loadAv } from './av.ts';

/** A camera as the system lists it. */
export interface Camera {
  /** What FFmpeg opens. */
  readonly device: string;
  readonly name: string;
}

/** Cameras by the system's own list: AVFoundation, DirectShow, Video4Linux. */
export async function listCameras(): Promise<readonly Camera[]> {
  const { Device } = await loadAv();
  const devices = await Device.list();
  return devices
    .filter(({ type }) => type === 'video')
    .map(({ name, description }) => ({ device: name, name: description || name }));
}

/** The largest picture that a camera gives, at its highest rate; nulls where the system does not tell. */
export async function bestMode(device: string): Promise<Pick<Endpoint, 'size' | 'rateHz'>> {
  try {
    const { Device } = await loadAv();
    const modes = await Device.modes(device);
    const [best] = modes.toSorted(
      (a, b) => b.width * b.height - a.width * a.height || b.maxFrameRate - a.maxFrameRate,
    );
    if (best === undefined || best.width === 0) return { size: null, rateHz: null };
    return {
      size: { width: best.width, height: best.height },
      rateHz: best.maxFrameRate > 0 ? best.maxFrameRate : null,
    };
  } catch {
    return { size: null, rateHz: null };
  }
}
