import { chromium, type Browser } from 'playwright-core';
import { startReverie, type Reverie, type Setup } from '../integration/reverie.ts';
import { Namespace } from '../support/namespace.ts';
import { executablePath, withoutWebRtc } from './chromium.ts';

/** A daemon and a Chromium, alone in a network that has only loopback: browsers open sockets on every address. */
export interface Room {
  readonly namespace: Namespace;
  readonly reverie: Reverie;
  readonly browser: Browser;
  close(): Promise<void>;
}

/** `args`: what Chromium is started with. The namespace is closed with the room, also one that was handed in. */
export async function openRoom(
  args: readonly string[],
  setup: Omit<Setup, 'wrap'> = {},
  prepared: Namespace | null = null,
): Promise<Room> {
  const namespace = prepared ?? (await Namespace.open());
  let reverie: Reverie | null = null;
  try {
    reverie = await startReverie({ ...setup, wrap: namespace.enter });
    const playing = reverie;
    const browser = await chromium.launch({
      executablePath: namespace.wrapper(executablePath),
      args: [...args],
    });
    return {
      namespace,
      reverie,
      browser,
      async close() {
        await browser.close();
        await playing.dispose();
        namespace.close();
      },
    };
  } catch (error) {
    await reverie?.dispose();
    namespace.close();
    throw error;
  }
}

/** A daemon and a Chromium without WebRTC, which opens no socket of its own: tests may ask the daemon what came of it. It plays. */
export async function openPanelRoom(setup: Setup = {}): Promise<Omit<Room, 'namespace'>> {
  const reverie = await startReverie(setup);
  try {
    await reverie.live('out', 30_000);
    const browser = await chromium.launch({ executablePath, args: withoutWebRtc });
    return {
      reverie,
      browser,
      async close() {
        await browser.close();
        await reverie.dispose();
      },
    };
  } catch (error) {
    await reverie.dispose();
    throw error;
  }
}
