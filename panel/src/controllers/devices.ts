import type { ActivityLine } from '../../../src/contract/activity.ts';
import type { NodeStatus } from '../../../src/contract/engine-api.ts';
import type { JsonObject, JsonValue } from '../../../src/contract/json.ts';
import { senderWords } from '../activity/who.ts';

/** Something that plays Reverie from outside. */
export interface Device {
  readonly key: string;
  readonly name: string;
  /** What is to be known of it: "input and output", "Art-Net". */
  readonly words: string;
  /** When something last came from it, milliseconds since 1970; null for never. */
  readonly lastAt: number | null;
  readonly fault: string | null;
}

/** A kind of device that cannot be played now, and what helps. */
export interface Lack {
  readonly what: string;
  readonly reason: string;
  readonly remedy: string | null;
}

const protocols = new Set(['osc', 'midi', 'artnet']);
const LIT_MS = 1000;

/** Devices that the adapters found, and senders that were heard; a device that was heard is one, not two. */
export function devicesOf(nodes: readonly NodeStatus[], lines: readonly ActivityLine[]): Device[] {
  const found = new Map<string, Device>();
  for (const node of nodes)
    for (const device of foundBy(node)) if (device !== null) found.set(device.key, device);
  for (const { sender, at } of lines) {
    const [protocol = ''] = sender.split(':', 1);
    if (!protocols.has(protocol)) continue;
    const known = found.get(sender);
    const lastAt = Math.max(at, known?.lastAt ?? 0);
    const made = { key: sender, name: senderWords(sender), words: 'sends', fault: null };
    found.set(sender, { ...(known ?? made), lastAt });
  }
  return [...found.values()].toSorted((a, b) => a.key.localeCompare(b.key));
}

/** Why a kind of device cannot be played. */
export function lacksOf(nodes: readonly NodeStatus[]): Lack[] {
  return nodes.flatMap(({ role, module, status, info }): Lack[] => {
    if (role !== 'control' || !protocols.has(module)) return [];
    const what = senderWords(module);
    if (info['available'] === false)
      return [{ what, reason: textOf(info['reason']) ?? 'not there', remedy: textOf(info['remedy']) }];
    return status.code === null ? [] : [{ what, reason: status.message, remedy: status.remedy }];
  });
}

export function isLit({ lastAt }: Device, now: number): boolean {
  return lastAt !== null && now - lastAt < LIT_MS;
}

function foundBy({ module, info }: NodeStatus): Device[] {
  if (module === 'midi') return objectsIn(info['devices']).flatMap((facts) => midiDevice(facts) ?? []);
  if (module !== 'artnet') return [];
  return objectsIn(info['universes']).flatMap(({ universe, sources }) =>
    (Array.isArray(sources) ? sources : []).map((source) => ({
      key: `artnet:${String(source)}`,
      name: `Art-Net ${String(source)}`,
      words: `universe ${String(universe)}`,
      lastAt: null,
      fault: null,
    })),
  );
}

function midiDevice(facts: JsonObject): Device | null {
  const name = textOf(facts['name']);
  if (name === null) return null;
  const ways = [facts['input'] === true ? 'plays' : null, facts['output'] === true ? 'is lit' : null];
  const words = ways.filter((way) => way !== null).join(' and ');
  return {
    key: `midi:${name}`,
    name,
    words: facts['ignored'] === true ? 'left alone' : words === '' ? 'unplugged' : words,
    lastAt: typeof facts['lastAt'] === 'number' && facts['lastAt'] > 0 ? facts['lastAt'] : null,
    fault: faultOf(facts['fault']),
  };
}

const objectsIn = (value: JsonValue | undefined): JsonObject[] =>
  Array.isArray(value) ? value.filter(isObject) : [];

const isObject = (value: JsonValue): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function textOf(value: JsonValue | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

function faultOf(value: JsonValue | undefined): string | null {
  if (value === undefined || value === null) return null;
  return isObject(value) ? textOf(value['message']) : textOf(value);
}
