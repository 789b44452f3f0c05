import type { Pacer } from './pacer.ts';

/** What of a value is kept as text: the whole of it, each item of a list, or that of some fields. */
export type Parts = 'whole' | 'each' | { readonly [field: string]: Parts };

export interface PartPrinterOptions {
  readonly parts: Parts;
  /** Spaces a level; 0 prints one line. */
  readonly indent: number;
  readonly pacer: Pacer;
  /** JSON of one part, indented as asked. */
  readonly stringify?: (part: unknown, indent: number) => string | undefined;
}

/**
 * Prints what `JSON.stringify` prints, in slices. Parts that are the same objects as before are not printed again: what holds them
 * must never change in place.
 */
export class PartPrinter {
  readonly #options: PartPrinterOptions;
  readonly #texts = new WeakMap<object, string>();

  constructor(options: PartPrinterOptions) {
    this.#options = options;
  }

  async print(value: object): Promise<string> {
    this.#options.pacer.begin();
    return (await this.#text(value, this.#options.parts, 0)) ?? 'null';
  }

  async #text(value: unknown, parts: Parts | undefined, level: number): Promise<string | undefined> {
    if (parts === undefined || typeof value !== 'object' || value === null)
      return this.#stringified(value, level);
    if (parts === 'whole') return this.#part(value, level);
    if (Array.isArray(value)) {
      const items: string[] = [];
      for (const item of value)
        items.push(this.#known(item) ?? (await this.#text(item, 'whole', level + 1)) ?? 'null');
      return this.#enclosed('[', items, ']', level);
    }
    const colon = this.#options.indent === 0 ? ':' : ': ';
    const fields: string[] = [];
    for (const [key, item] of Object.entries(value)) {
      const text = await this.#text(item, parts === 'each' ? 'whole' : parts[key], level + 1);
      if (text !== undefined) fields.push(`${JSON.stringify(key)}${colon}${text}`);
    }
    return this.#enclosed('{', fields, '}', level);
  }

  async #part(part: object, level: number): Promise<string | undefined> {
    const known = this.#known(part);
    if (known !== undefined) return known;
    await this.#options.pacer.next();
    const text = this.#stringified(part, level);
    if (text !== undefined) this.#texts.set(part, text);
    return text;
  }

  #known(part: unknown): string | undefined {
    return typeof part === 'object' && part !== null ? this.#texts.get(part) : undefined;
  }

  #stringified(value: unknown, level: number): string | undefined {
    const { stringify = asJson, indent } = this.#options;
    const text = stringify(value, indent);
    return level === 0 || indent === 0 ? text : text?.replaceAll('\n', this.#lineAt(level));
  }

  #enclosed(open: string, items: readonly string[], close: string, level: number): string {
    if (items.length === 0) return `${open}${close}`;
    const before = this.#lineAt(level + 1);
    return `${open}${before}${items.join(`,${before}`)}${this.#lineAt(level)}${close}`;
  }

  #lineAt(level: number): string {
    const { indent } = this.#options;
    return indent === 0 ? '' : `\n${' '.repeat(indent * level)}`;
  }
}

function asJson(part: unknown, indent: number): string | undefined {
  return JSON.stringify(part, null, indent);
}
