import type { DiscoverContext, Probe, SinkContext, SourceContext } from '../../src/contract/adapter.ts';
import { errorCatalogue } from '../../src/contract/error-catalogue.ts';
import { reportOf } from '../../src/contract/error.ts';
import { list, receive, transmit } from './play.ts';
import type { TextureShare } from './texture-share.ts';

export async function probe(): Promise<Probe> {
  const elsewhere = refusalOn(process.platform);
  if (elsewhere !== null) return elsewhere;
  try {
    return { available: true, version: (await share()).version };
  } catch (error) {
    return {
      available: false,
      reason: reportOf(error).message,
      remedy: errorCatalogue.E_SPOUT_MISSING.remedy,
    };
  }
}

/** Why there is no Spout on a system, and what does the same there; null on Windows. */
export function refusalOn(platform: NodeJS.Platform): Extract<Probe, { available: false }> | null {
  if (platform === 'win32') return null;
  const reason = 'Spout is Windows only';
  return platform === 'darwin'
    ? {
        available: false,
        reason: `${reason}; on macOS Syphon does the same, and is not built yet`,
        remedy: 'Use NDI (`ndi:NAME`) until Syphon is there.',
      }
    : { available: false, reason, remedy: 'Use NDI (`ndi:NAME`) or shared memory (`shm:NAME`).' };
}

export const discover = async (context: DiscoverContext): Promise<void> => list(await share(), context);
export const source = {
  run: async (context: SourceContext): Promise<void> => receive(await share(), context),
};
export const sink = {
  run: async (context: SinkContext): Promise<void> => transmit(await share(), context),
};

/** Loaded when it is needed: elsewhere than on Windows nothing of it ever is. */
async function share(): Promise<TextureShare> {
  const { openSpout } = await import('./spout.ts');
  return openSpout();
}
