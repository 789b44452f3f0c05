import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Access } from '../../../../src/server/access/access.ts';
import { writeToken } from '../../../../src/server/access/access-files.ts';
import { newSecret } from '../../../../src/server/access/secret.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

let home: string;
let now = 1_700_000_000_000;
const opened: Access[] = [];

beforeEach(() => {
  home = tempFolder('access');
});
afterEach(() => {
  for (const access of opened.splice(0)) access.close();
});

async function open(): Promise<Access> {
  const access = await Access.open({ home, wallClock: () => now, clockMs: () => now });
  opened.push(access);
  return access;
}

const kept = (): string =>
  readdirSync(home)
    .map((name) => readFileSync(join(home, name), 'utf8'))
    .join('\n');

test('a token has 192 random bits and is shown once; only its hash is kept, for nobody else to read', async () => {
  const access = await open();
  expect(access.hasToken).toBe(false);
  const token = await access.makeFirstToken();
  expect(Buffer.from(token ?? '', 'base64url').length).toBe(24);
  expect(await access.makeFirstToken()).toBeNull();
  expect(access.isToken(token ?? '')).toBe(true);
  expect(access.isToken(`${token}x`)).toBe(false);
  expect(kept()).not.toContain(token);
  if (process.platform !== 'win32') expect(statSync(join(home, 'access.json')).mode & 0o077).toBe(0);
});

test('a device signs in with the token and stays signed in after a restart', async () => {
  const first = await open();
  const token = (await first.makeFirstToken()) ?? '';
  expect(await first.signIn('wrong')).toBeNull();
  const cookie = (await first.signIn(token)) ?? '';
  expect(kept()).not.toContain(cookie);
  const second = await open();
  expect(second.isSignIn(cookie)).toBe(true);
  expect(second.isToken(token)).toBe(true);
  expect(second.cookieName).toBe(first.cookieName);
});

test('the token is no cookie, and a cookie is no token', async () => {
  const access = await open();
  const token = (await access.makeFirstToken()) ?? '';
  const cookie = (await access.signIn(token)) ?? '';
  expect(access.isSignIn(token)).toBe(false);
  expect(access.isToken(cookie)).toBe(false);
});

test('a new token made beside a running daemon ends every sign-in at once', async () => {
  const access = await open();
  const token = (await access.makeFirstToken()) ?? '';
  const cookie = (await access.signIn(token)) ?? '';
  const { secret: invitation } = access.invite();
  const revoked = new Promise<void>((resolve) => access.onRevoked(resolve));
  const next = newSecret();
  await writeToken(home, next, now);
  await revoked;
  expect([access.isToken(token), access.isSignIn(cookie), access.isToken(next)]).toEqual([
    false,
    false,
    true,
  ]);
  expect(await access.signIn(invitation)).toBeNull();
  expect((await open()).isSignIn(cookie)).toBe(false);
});

test('an invitation opens once, and not after ten minutes', async () => {
  const access = await open();
  await access.makeFirstToken();
  const { secret, expiresAt } = access.invite();
  expect(expiresAt - now).toBe(600_000);
  expect(access.isToken(secret)).toBe(false);
  expect(await access.signIn(secret)).not.toBeNull();
  expect(await access.signIn(secret)).toBeNull();
  const late = access.invite().secret;
  now += 600_000;
  expect(await access.signIn(late)).toBeNull();
});

test('signing out ends one device, and a hundred and first sign-in ends the first', async () => {
  const access = await open();
  const token = (await access.makeFirstToken()) ?? '';
  const cookies: string[] = [];
  for (let n = 0; n < 101; n++) cookies.push((await access.signIn(token)) ?? '');
  expect(cookies.map((cookie) => access.isSignIn(cookie)).filter((is) => !is).length).toBe(1);
  expect(access.isSignIn(cookies[0] ?? '')).toBe(false);
  await access.signOut(cookies[5] ?? '');
  expect(access.isSignIn(cookies[5] ?? '')).toBe(false);
  expect(access.isSignIn(cookies[6] ?? '')).toBe(true);
});

test('a token file that cannot be read lets nobody in', async () => {
  await writeToken(home, newSecret(), now);
  rmSync(join(home, 'access.json'));
  const access = await open();
  expect([access.hasToken, access.isToken(''), access.isSignIn('')]).toEqual([false, false, false]);
});
