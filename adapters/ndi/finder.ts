import koffi from 'koffi';
import { failure } from '../../src/contract/error.ts';
import { sourceLayout } from './layouts.ts';
import type { Ndi, Pointer } from './library.ts';
import type { Sender } from './names.ts';

/** More than any network has: a count beyond it is no count. */
const MOST_SENDERS = 4096;

export interface Reach {
  /** Names with commas between; empty for the groups that the runtime was set up with. */
  readonly groups: string;
  /** Addresses to ask beside those that announce themselves, with commas between. */
  readonly addresses: string;
}

/** Watches who sends. Waiting happens on another thread, one call at a time. */
export class Finder {
  readonly #ndi: Ndi;
  readonly #handle: Pointer;
  #waiting: Promise<boolean> | null = null;

  constructor(ndi: Ndi, { groups, addresses }: Reach) {
    const handle = ndi.findCreate({
      show_local_sources: true,
      p_groups: groups === '' ? null : groups,
      p_extra_ips: addresses === '' ? null : addresses,
    });
    if (handle === null) throw failure('E_SOURCE_LOST', 'The NDI runtime does not look for sources');
    this.#ndi = ndi;
    this.#handle = handle;
  }

  /** Resolves with true when the list has changed, at the latest after `timeoutMs`. */
  changed(timeoutMs: number): Promise<boolean> {
    this.#waiting ??= new Promise<boolean>((resolve, reject) => {
      this.#ndi.findWait.async(this.#handle, timeoutMs, (error, changed) => {
        this.#waiting = null;
        if (error === null || error === undefined) resolve(changed);
        else reject(error instanceof Error ? error : new Error(String(error)));
      });
    });
    return this.#waiting;
  }

  senders(): readonly Sender[] {
    const count: [number] = [0];
    const list = this.#ndi.findSources(this.#handle, count);
    if (list === null || count[0] === 0 || count[0] > MOST_SENDERS) return [];
    const sources: unknown = koffi.decode(list, koffi.array(sourceLayout, count[0]));
    return Array.isArray(sources) ? sources.flatMap(senderOf) : [];
  }

  /** Once no wait is under way: the runtime must not lose the thread that waits in it. */
  async close(): Promise<void> {
    await this.#waiting?.catch(() => false);
    this.#ndi.findDestroy(this.#handle);
  }
}

function senderOf(source: unknown): readonly Sender[] {
  if (typeof source !== 'object' || source === null || !('p_ndi_name' in source)) return [];
  const name = source.p_ndi_name;
  const address = 'p_url_address' in source ? source.p_url_address : null;
  if (typeof name !== 'string' || name === '') return [];
  return [{ name, address: typeof address === 'string' ? address : null }];
}
