import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { failure } from '../../src/contract/error.ts';
import type { JsonObject, JsonValue } from '../../src/contract/json.ts';
import type { Endpoint } from './subscriber.ts';

export interface OscSettings {
  readonly host: string;
  readonly port: number;
  readonly allow: readonly string[];
  readonly untimed: readonly string[];
  readonly feedback: readonly string[];
}

/** The config is validated by the descriptor's schema before it gets here; zod itself would cost the runner its fast start. */
export function settingsOf(config: JsonObject): OscSettings {
  const { host, port } = config;
  return {
    host: typeof host === 'string' ? host : '127.0.0.1',
    port: typeof port === 'number' ? port : 8000,
    allow: textsOf(config['allow']),
    untimed: textsOf(config['untimed']),
    feedback: textsOf(config['feedback']),
  };
}

function textsOf(value: JsonValue | undefined): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

/** `192.168.1.30:9000`, `[::1]:9000`, `tablet.local:9000`. */
export async function endpointFrom(text: string): Promise<Endpoint> {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain ?? '';
  const port = Number(digits);
  const address = isIP(host) === 0 && host !== '' ? await resolved(host) : host;
  if (address !== null && address !== '' && port >= 1 && port <= 65_535) return { address, port };
  throw failure(
    'E_OPTION_INVALID',
    `"${text}" is no controller to send to; write HOST:PORT, as in --osc-feedback 192.168.1.30:9000`,
    { given: text },
  );
}

async function resolved(host: string): Promise<string | null> {
  try {
    return (await lookup(host)).address;
  } catch {
    return null;
  }
}
