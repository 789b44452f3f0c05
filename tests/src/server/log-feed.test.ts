import { afterEach, beforeEach, expect, it } from 'vitest';
import type { LogLevel, LogLine, LogPage } from '../../../src/contract/log.ts';
import { LogBook } from '../../../src/log/log-book.ts';
import { createServer, type Server } from '../../../src/server/server.ts';
import { Delivery } from '../../../src/server/socket/delivery.ts';
import { LogFeed } from '../../../src/server/socket/log-feed.ts';
import { Outbox } from '../../../src/server/socket/outbox.ts';
import { emptyTally } from '../../../src/server/socket/tally.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { Client } from './client.ts';
import { house } from './doubles.ts';

/** The log as a client follows it, with a real book behind the server. */
let book: LogBook;
let server: Server;
let base: string;
let clients: Client[];

beforeEach(async () => {
  book = new LogBook([], 400);
  clients = [];
  server = await createServer({ ...house(tempFolder('panel')), logs: book });
  base = (await server.listen({ host: '127.0.0.1', port: 0 })).replace('http', 'ws');
});

afterEach(async () => {
  for (const client of clients) client.socket.terminate();
  await server.close();
});

async function follower(log: object | false): Promise<Client> {
  const client = new Client(`${base}/api/v1/ws`);
  clients.push(client);
  await client.hear(({ type }) => type === 'hello');
  client.say({ type: 'follow', id: 'log', events: { log } });
  await client.hear(({ id }) => id === 'log');
  return client;
}

let lastId = 0;
beforeEach(() => {
  lastId = 0;
});

function logged(level: LogLevel, node: string | null = null, message = ''): LogLine {
  const line = { id: (lastId += 1), at: 1_700_000_000_000, level, node, message };
  book.add(line);
  return line;
}

const pagesOf = ({ heard }: Client): LogPage[] =>
  heard.filter(({ name }) => name === 'log').map(({ data }) => data as LogPage);
const idsOf = (client: Client): number[] => pagesOf(client).flatMap(({ lines }) => lines.map(({ id }) => id));

/** Heard by the client once it has all that the daemon said before. */
async function caughtUp(client: Client, id: number): Promise<void> {
  await client.until(() => idsOf(client).at(-1) === id);
}

it('begins with the newest lines, and goes on with each that comes', async () => {
  for (let line = 0; line < 150; line += 1) logged('info');
  const client = await follower({});
  await caughtUp(client, 150);
  expect(idsOf(client)).toHaveLength(100);
  logged('warn', 'main', 'it stumbled');
  await caughtUp(client, 151);
  expect(pagesOf(client).at(-1)?.lines).toMatchObject([{ id: 151, node: 'main', message: 'it stumbled' }]);
});

it('tells at once that there is nothing yet', async () => {
  const client = await follower({ level: 'error' });
  await client.hear(({ name }) => name === 'log');
  expect(pagesOf(client)).toEqual([{ lines: [], next: 0, missed: 0 }]);
});

it('sends only the level and the node that were asked for', async () => {
  const client = await follower({ level: 'warn', node: 'main' });
  logged('info', 'main');
  logged('warn', 'in');
  const wanted = logged('error', 'main');
  await caughtUp(client, wanted.id);
  expect(idsOf(client)).toEqual([wanted.id]);
});

it('goes on after a lost connection with the first line that was missed, and says how many are gone', async () => {
  for (let line = 0; line < 20; line += 1) logged('info');
  const client = await follower({ after: 12 });
  await caughtUp(client, 20);
  expect(idsOf(client)).toEqual([13, 14, 15, 16, 17, 18, 19, 20]);
  for (let line = 0; line < 1000; line += 1) logged('info');
  const late = await follower({ after: 20 });
  await caughtUp(late, 1020);
  const [first] = pagesOf(late);
  expect(first?.missed).toBeGreaterThan(400);
  expect(idsOf(late).length + (first?.missed ?? 0)).toBe(1000);
});

it('hands a flood on in pages, each line once and in order', async () => {
  const client = await follower({});
  for (let line = 0; line < 250; line += 1) logged('info');
  await caughtUp(client, 250);
  expect(idsOf(client)).toEqual(Array.from({ length: 250 }, (_, index) => index + 1));
  expect(Math.max(...pagesOf(client).map(({ lines }) => lines.length))).toBe(100);
});

it('keeps and sends nothing while a client does not read, and then goes on with what the log still has', async () => {
  const sent: string[] = [];
  const line = {
    OPEN: 1 as const,
    readyState: 1 as const,
    bufferedAmount: 100_000,
    send: (text: unknown) => void sent.push(String(text)),
    close: () => undefined,
    terminate: () => undefined,
  };
  const feed = new LogFeed(new Delivery(new Outbox(line, emptyTally())), book);
  feed.start({ after: 0 });
  for (let count = 0; count < 1000; count += 1) logged('info');
  await new Promise((resolve) => setTimeout(resolve, 250));
  expect(sent).toEqual([]);
  line.bufferedAmount = 0;
  const pages = (): LogPage[] => sent.map((text) => (JSON.parse(text) as { data: LogPage }).data);
  await expect.poll(() => pages().at(-1)?.next).toBe(1000);
  const missed = pages().reduce((sum, page) => sum + page.missed, 0);
  expect(missed).toBeGreaterThan(400);
  expect(pages().reduce((sum, { lines }) => sum + lines.length, missed)).toBe(1000);
  feed.stop();
});

it('sends nothing before it is asked, and nothing after it is told to stop', async () => {
  const client = await follower(false);
  logged('info');
  client.say({ type: 'follow', id: 'on', events: { log: {} } });
  await caughtUp(client, 1);
  client.say({ type: 'follow', id: 'off', events: { log: false } });
  await client.hear(({ id }) => id === 'off');
  logged('info');
  const other = await follower({ after: 1 });
  await caughtUp(other, 2);
  expect(idsOf(client)).toEqual([1]);
});
