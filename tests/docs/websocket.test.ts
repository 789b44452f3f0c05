import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { clientMessage } from '../../src/server/socket/messages.ts';

const page = readFileSync(resolve('docs/reference/websocket.md'), 'utf8');
const schema = JSON.parse(readFileSync(resolve('docs/reference/websocket.schema.json'), 'utf8')) as Schema;

interface Schema {
  readonly $defs: Readonly<Record<string, z.core.JSONSchema.JSONSchema>>;
}

const examples = [...page.matchAll(/```json\n([\s\S]*?)```/g)].map(
  ([, text]) => JSON.parse(text ?? '') as object,
);
const [toDaemon = '', fromDaemon = ''] = page.split('## To the daemon')[1]?.split('## From the daemon') ?? [];
const jsonIn = (part: string) =>
  [...part.matchAll(/```json\n([\s\S]*?)```/g)].map(([, text]) => JSON.parse(text ?? '') as { type: string });

/** Each branch of the published schema, with what it refers to. */
const branchesOf = (name: string) =>
  (schema.$defs[name]?.oneOf ?? []).map((branch) => z.fromJSONSchema({ ...branch, $defs: schema.$defs }));
const branches = { ClientMessage: branchesOf('ClientMessage'), ServerMessage: branchesOf('ServerMessage') };
const fitting = (name: keyof typeof branches, example: object) =>
  branches[name].filter((branch) => branch.safeParse(example).success);

it('has an example of every message to the daemon, each of which the daemon takes and the published schema knows', () => {
  const sent = jsonIn(toDaemon);
  for (const example of sent) {
    expect(clientMessage.safeParse(example).error?.issues).toBeUndefined();
    expect(fitting('ClientMessage', example), JSON.stringify(example)).toHaveLength(1);
  }
  const types = clientMessage.options.map(({ shape }) => shape.type.value);
  expect([...new Set(sent.map(({ type }) => type))].toSorted()).toEqual(types.toSorted());
});

it('has an example of every message from the daemon, each of which the published schema knows', () => {
  const heard = jsonIn(fromDaemon);
  for (const example of heard)
    expect(fitting('ServerMessage', example), JSON.stringify(example)).toHaveLength(1);
  expect([...new Set(heard.map(({ type }) => type))].toSorted()).toEqual(
    ['hello', 'ack', 'snapshot', 'error', 'values', 'event'].toSorted(),
  );
  expect(examples.length).toBe(heard.length + jsonIn(toDaemon).length);
});

it('refuses by the published schema what the daemon refuses', () => {
  for (const wrong of [
    { type: 'set', values: {}, extra: 1 },
    { type: 'subscribe', subscription: 'a', patterns: [], rateHz: 30 },
    { type: 'subscribe', subscription: 'a', patterns: ['/a'], rateHz: 61 },
    { type: 'follow', events: { weather: true } },
    { type: 'dance' },
  ]) {
    expect(clientMessage.safeParse(wrong).success).toBe(false);
    expect(fitting('ClientMessage', wrong), JSON.stringify(wrong)).toEqual([]);
  }
});

it('names every event', () => {
  const names = (schema.$defs['ServerMessage']?.oneOf ?? []).flatMap((branch) => {
    const { name } = branch.properties ?? {};
    return typeof name === 'object' && typeof name.const === 'string' ? [name.const] : [];
  });
  expect(names.length).toBeGreaterThan(9);
  for (const name of names) expect(page).toContain(`\`${name}\``);
});
