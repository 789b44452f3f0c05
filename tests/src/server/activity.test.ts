import { afterEach, beforeEach, expect, it } from 'vitest';
import type {
  ActivityApi,
  ActivityLine,
  ActivityPage,
  ActivityQuery,
} from '../../../src/contract/activity.ts';
import { createServer, type Server } from '../../../src/server/server.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { Client } from './client.ts';
import { house } from './doubles.ts';

/** Stands for the show's activity. It cannot show what becomes a line: it keeps those that a test writes. */
class ActivityDouble implements ActivityApi {
  readonly asked: ActivityQuery[] = [];
  #lines: ActivityLine[] = [];
  #waiting: (() => void)[] = [];
  #sequence = 0;

  get waiting(): number {
    return this.#waiting.length;
  }

  write(address: string): void {
    this.#sequence += 1;
    const line: ActivityLine = {
      id: this.#sequence,
      sequence: this.#sequence,
      sender: 'osc:127.0.0.1:9000',
      address,
      outcome: 'applied',
      count: 1,
      value: 0.5,
      at: 1_700_000_000_000,
      dueAt: null,
      error: null,
    };
    this.#lines.push(line);
    for (const listener of this.#waiting.splice(0)) listener();
  }

  read(query: ActivityQuery): ActivityPage {
    this.asked.push(query);
    const lines = this.#lines.filter(({ sequence }) => sequence > (query.after ?? 0)).slice(0, query.limit);
    return { lines, next: lines.at(-1)?.sequence ?? query.after ?? 0, forgotten: 0 };
  }

  whenNext(listener: () => void): () => void {
    this.#waiting.push(listener);
    return () => (this.#waiting = this.#waiting.filter((each) => each !== listener));
  }
}

let activity: ActivityDouble;
let server: Server;
let base: string;
let client: Client | null;

beforeEach(async () => {
  activity = new ActivityDouble();
  client = null;
  const deps = house(tempFolder('panel'));
  server = await createServer({ ...deps, show: Object.assign(deps.show, { activity }) });
  base = (await server.listen({ host: '127.0.0.1', port: 0 })).replace('http', 'ws');
});

afterEach(async () => {
  client?.socket.terminate();
  await server.close();
});

async function listener(): Promise<Client> {
  const made = (client = new Client(`${base}/api/v1/ws`));
  await made.hear(({ type }) => type === 'hello');
  made.say({ type: 'follow', id: 'on', events: { activity: true } });
  await made.hear(({ id }) => id === 'on');
  return made;
}

const pagesOf = ({ heard }: Client): ActivityPage[] =>
  heard.filter(({ name }) => name === 'activity').map(({ data }) => data as ActivityPage);
const addressesOf = (of: Client): string[] =>
  pagesOf(of).flatMap(({ lines }) => lines.map(({ address }) => address));

it('answers what arrived, from where one left off', async () => {
  activity.write('/main/strength');
  const answer = await server.fastify.inject('/api/v1/activity?after=0&limit=7');
  expect(answer.json()).toMatchObject({ lines: [{ address: '/main/strength' }], next: 1, forgotten: 0 });
  expect(activity.asked).toEqual([{ after: 0, limit: 7 }]);
});

it.each(['limit=0', 'limit=501', 'after=-1'])('refuses ?%s and names the field', async (query) => {
  const answer = await server.fastify.inject(`/api/v1/activity?${query}`);
  expect(answer.statusCode).toBe(400);
  expect(answer.json().error.message).toContain(`"${query.split('=')[0]}"`);
});

it('tells a client all that is kept, and then what comes', async () => {
  for (let number = 0; number < 250; number += 1) activity.write(`/old/${number}`);
  const made = await listener();
  await made.until(() => addressesOf(made).length === 250);
  activity.write('/new');
  await made.until(() => addressesOf(made).at(-1) === '/new');
  expect(new Set(addressesOf(made)).size).toBe(251);
});

it('turns a flood into few messages', async () => {
  const made = await listener();
  activity.write('/first');
  for (let number = 0; number < 99; number += 1) activity.write(`/flood/${number}`);
  await made.until(() => addressesOf(made).length === 100);
  expect(pagesOf(made)).toHaveLength(1);
});

it('leaves a client alone that no longer listens', async () => {
  const made = await listener();
  made.say({ type: 'follow', id: 'off', events: { activity: false } });
  await made.hear(({ id }) => id === 'off');
  expect(activity.waiting).toBe(0);
});
