import { ScriptedServer } from './scripted-server.ts';

/** OBS itself is tried in tests/integration/obs.test.ts; here a server that greets as it does is enough. */
export async function config() {
  const server = await ScriptedServer.open();
  return { config: { url: server.url }, clean: () => server.close(), needsProbe: false as const };
}
