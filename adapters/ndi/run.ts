import type { DiscoverContext, Endpoint, Probe } from '../../src/contract/adapter.ts';
import { errorCatalogue } from '../../src/contract/error-catalogue.ts';
import { reportOf } from '../../src/contract/error.ts';
import { Finder } from './finder.ts';
import { openNdi } from './library.ts';
import { addressesOf, groupsOf } from './settings.ts';
import { transmit } from './sink.ts';
import { receive } from './source.ts';

/** At the end of each wait it is seen whether it is to go on. */
const WAIT_MS = 250;

export function probe(): Promise<Probe> {
  try {
    return Promise.resolve({ available: true, version: openNdi().version });
  } catch (error) {
    const { message } = reportOf(error);
    return Promise.resolve({
      available: false,
      reason: message,
      remedy: errorCatalogue.E_NDI_MISSING.remedy,
    });
  }
}

export async function discover(context: DiscoverContext): Promise<void> {
  const finder = new Finder(openNdi(), {
    groups: groupsOf(process.env),
    addresses: addressesOf(process.env),
  });
  try {
    let told: string | null = null;
    while (!context.signal.aborted) {
      await finder.changed(WAIT_MS);
      // A sender on two networks announces itself twice.
      const names = new Set(finder.senders().map(({ name }) => name));
      const endpoints = [...names].map((name): Endpoint => ({
        url: `ndi:${name}`,
        name,
        size: null,
        rateHz: null,
      }));
      const text = JSON.stringify(endpoints);
      if (text === told) continue;
      told = text;
      context.found(endpoints);
    }
  } finally {
    await finder.close();
  }
}

export const source = { run: receive };
export const sink = { run: transmit };
