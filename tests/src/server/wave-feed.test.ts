import { afterEach, beforeEach, expect, it } from 'vitest';
import { modulationSchema, type ModulationState } from '../../../src/contract/modulation.ts';
import { createServer, type Server } from '../../../src/server/server.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { Client } from './client.ts';
import { house } from './doubles.ts';

let waves: ModulationState[];
let reads: number;
let server: Server;
let client: Client;
let deps: ReturnType<typeof house>;

const wave = (enabled: boolean): ModulationState => ({
  address: '/main/warp',
  modulation: modulationSchema.parse({ enabled }),
  base: 0.5,
  played: 0.6,
});
const heard = (): number => client.heard.filter(({ name }) => name === 'modulations').length;

beforeEach(async () => {
  waves = [];
  reads = 0;
  deps = house(tempFolder('panel'));
  const modulations = {
    list: () => {
      reads += 1;
      return waves;
    },
  };
  server = await createServer({ ...deps, show: Object.assign(deps.show, { modulations }) });
  const base = (await server.listen({ host: '127.0.0.1', port: 0 })).replace('http', 'ws');
  client = new Client(`${base}/api/v1/ws`);
  await client.hear(({ type }) => type === 'hello');
});

afterEach(async () => {
  client.socket.terminate();
  await server.close();
});

async function follow(modulations: boolean): Promise<void> {
  client.say({ type: 'follow', id: String(modulations), events: { modulations } });
  await client.hear(({ id }) => id === String(modulations));
}

it('tells where waves have their parameters again and again, for as long as one plays', async () => {
  waves = [wave(true)];
  await follow(true);
  await client.until(() => heard() > 3);
  waves = [wave(false)];
  await client.until(() =>
    client.heard.some(({ data }) => JSON.stringify(data ?? null).includes('"enabled":false')),
  );
  const then = reads;
  await new Promise((resolve) => setTimeout(resolve, 150));
  expect(reads).toBe(then);
});

it('reads nothing once nobody follows', async () => {
  waves = [wave(true)];
  await follow(true);
  await client.until(() => heard() > 1);
  await follow(false);
  const then = reads;
  await new Promise((resolve) => setTimeout(resolve, 150));
  expect(reads).toBe(then);
});

it('begins again when a wave is put on', async () => {
  await follow(true);
  await client.until(() => heard() === 1);
  waves = [wave(true)];
  deps.show.change([{ address: '/main/warp/lfo/depth', value: 0.5, setBy: null }]);
  await client.until(() => heard() > 2);
  expect(reads).toBeGreaterThan(2);
});
