import type { Place } from './place.ts';
import { Pulse, type Sees } from './pulse.ts';
import { RingReader } from './ring-reader.ts';
import { taken } from './ring-writer.ts';

/** A writer before us may be about to leave, as the runner of a node that is replaced. */
const COURTESY_US = 1_000_000;
const LOOK_MS = 50;

export interface ClaimDeps {
  readonly sees: Sees;
  readonly nowUs: () => number;
  /** Rejects when aborted. */
  readonly wait: (ms: number) => Promise<void>;
}

/**
 * Resolves once nobody writes under this name: at once where there is nothing, no ring, or one whose writer has ended; else after
 * the writer's silence, two seconds or, where its process can be seen to live, ten. Rejects with `E_SHM_TAKEN` while it lives.
 */
export async function claim(place: Place, deps: ClaimDeps): Promise<void> {
  const reader = open(place);
  if (reader === null) return;
  const { sees, nowUs, wait } = deps;
  const startedUs = nowUs();
  const pulse = new Pulse(sees, startedUs);
  try {
    for (;;) {
      const { state, heartbeat } = reader.look();
      if (state !== 'live' || pulse.hasLeft(reader.layout, heartbeat, nowUs())) return;
      if (pulse.beats && nowUs() - startedUs > COURTESY_US) throw taken(place);
      await wait(LOOK_MS);
    }
  } finally {
    reader.close();
  }
}

function open({ path }: Place): RingReader | null {
  try {
    return RingReader.open(path);
  } catch {
    return null;
  }
}
