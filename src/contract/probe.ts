import type { Probe } from './adapter.ts';

/** The probe of an adapter that needs one npm package and nothing else: whether `load` can import it here. */
export async function probePackage(name: string, load: () => Promise<unknown>): Promise<Probe> {
  try {
    await load();
    return { available: true, version: null };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return {
      available: false,
      reason: `${name} cannot be loaded: ${why}`,
      remedy: 'Run `npm install` on a supported platform.',
    };
  }
}
