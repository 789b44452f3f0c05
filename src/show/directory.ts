import { splitAddress } from '../contract/address.ts';
import type { Entry } from './entry.ts';
import { Misfit } from './misfit.ts';
import type { PromptScope } from './prompt-scope.ts';
import type { Stage } from './stage.ts';

/** Addresses below those of parameters (`/main/strength/lfo/depth`), which come and go while the graph stays. */
export interface Below {
  find(address: string, parameter: (address: string) => Entry | null): Entry | null;
  /** Those of one parameter that are to be listed. */
  listed(entry: Entry): readonly Entry[];
}

/** Which entry an address means. Made anew with every graph. */
export class Directory {
  readonly #byAddress = new Map<string, Entry>();
  readonly #stages: readonly Stage[];
  readonly #scopes: ReadonlyMap<string | null, PromptScope>;
  readonly #globals: readonly Entry[];
  readonly #below: Below;

  /** `stages` in graph order; `scopes` holds that of the whole show under null. */
  constructor(
    globals: readonly Entry[],
    stages: readonly Stage[],
    scopes: ReadonlyMap<string | null, PromptScope>,
    below: Below,
  ) {
    this.#below = below;
    this.#globals = globals;
    this.#stages = stages;
    this.#scopes = scopes;
    for (const entry of globals) this.#byAddress.set(entry.address, entry);
    for (const entry of stages.flatMap((stage) => stage.entries())) {
      this.#byAddress.set(entry.address, entry);
      const bare = `/${entry.spec.key}`;
      if (!this.#byAddress.has(bare)) this.#byAddress.set(bare, entry);
    }
  }

  find(address: string): Entry | null {
    return (
      this.#byAddress.get(address) ??
      this.#findPrompt(address) ??
      this.#below.find(address, (parameter) => this.#byAddress.get(parameter) ?? null)
    );
  }

  /** Every parameter once, globals first, then stage by stage. */
  listed(): Entry[] {
    const house = this.#scopes.get(null)?.listed() ?? [];
    return [
      ...this.#globals,
      ...house,
      ...this.#stages.flatMap((stage) => [
        ...stage.entries().flatMap((entry) => [entry, ...this.#below.listed(entry)]),
        ...(this.#scopes.get(stage.node)?.listed() ?? []),
      ]),
    ];
  }

  unknown(address: string): Misfit {
    return unknownAddress(address, this.#nearest(address));
  }

  #findPrompt(address: string): Entry | null {
    const house = this.#scopes.get(null)?.find(address.slice(1)) ?? null;
    if (house !== null || !address.startsWith('/')) return address.startsWith('/') ? house : null;
    const slash = address.indexOf('/', 1);
    if (slash < 0) return null;
    return this.#scopes.get(address.slice(1, slash))?.find(address.slice(slash + 1)) ?? null;
  }

  #nearest(address: string): string | null {
    const wanted =
      (splitAddress(address) ?? splitAddress(`/${address}`)) === null
        ? null
        : `/${address.replace(/^\//, '')}`;
    if (wanted === null) return null;
    let best: string | null = null;
    let least = Math.max(2, Math.floor(wanted.length / 3)) + 1;
    for (const candidate of new Set([
      ...this.#byAddress.keys(),
      ...this.listed().map((entry) => entry.address),
    ])) {
      const distance = editDistance(wanted, candidate, least);
      if (distance >= least) continue;
      least = distance;
      best = candidate;
    }
    return best;
  }
}

/** `near` is the address that was probably meant, or null. */
export function unknownAddress(address: string, near: string | null): Misfit {
  const shown = shortened(address);
  const hint = near === null ? '' : `. Did you mean ${near}?`;
  return new Misfit('E_ADDRESS_UNKNOWN', `No parameter has the address ${shown}${hint}`, {
    address: shown,
    nearest: near,
  });
}

/** An address as messages show it: a sender may write what it likes. */
export function shortened(address: string): string {
  return address.length > 200 ? `${address.slice(0, 199)}…` : address;
}

// Levenshtein distance, given up once it cannot be below `limit`.
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
    if (Math.min(...row) >= limit) return limit;
  }
  return row[b.length] ?? limit;
}
