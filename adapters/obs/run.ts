import type { ControlContext, Probe } from '../../src/contract/adapter.ts';
import { Connection } from './connection.ts';
import { plainEvents } from './events.ts';
import { Studio } from './studio.ts';

const SENDER = 'obs';

export function probe(): Promise<Probe> {
  return Promise.resolve({ available: true, version: null });
}

export const control = { run };

/** Works with one OBS until it is lost or aborted. Rejects with what ended it; the supervisor comes back each second. */
async function run(context: ControlContext): Promise<void> {
  try {
    await work(context);
  } catch (error) {
    if (!context.signal.aborted) throw error;
  }
}

async function work(context: ControlContext): Promise<void> {
  const { config, signal } = context;
  const url = typeof config['url'] === 'string' ? config['url'] : '';
  const password = typeof config['password'] === 'string' ? config['password'] : null;
  let studio: Studio | null = null;
  const connection = await Connection.open({
    url,
    password,
    events: plainEvents,
    onEvent: (name, data) => studio?.hear(name, data),
    onNonsense: (why) => context.reject(SENDER, 'E_OBS_PROTOCOL', `OBS sent ${why}`),
    signal,
  });
  const { obs, plugin } = connection.versions;
  context.log(`OBS ${obs} with obs-websocket ${plugin} at ${url}`);
  studio = new Studio(connection, context);
  try {
    await studio.begin();
    context.live();
    await connection.lost;
  } finally {
    studio.close();
    connection.close();
  }
}
