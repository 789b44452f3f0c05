import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { hashOf } from './secret.ts';

// Two files, each with one writer: whoever runs `reverie token` writes the token, the daemon the sign-ins made with it. They are
// not in reverie.config.json, which people write by hand, copy and share.

/** Which token opens the doors. Only its hash is kept. */
export const tokenFile = 'access.json';
const signInsFile = 'sign-ins.json';

const tokenRecord = z.object({ sha256: z.string().length(43), madeAt: z.number() });
const signInRecord = z.object({ sha256: z.string().length(43), at: z.number() });
const signInList = z.object({ token: z.string(), signIns: z.array(signInRecord) });

/** A device that signed in: the hash of its cookie, and when. */
export type SignIn = z.infer<typeof signInRecord>;

/** Hash of the token; null where none was made yet, or its file cannot be read: then nobody from outside gets in. */
export async function readTokenHash(home: string): Promise<string | null> {
  return tokenRecord.safeParse(await readJson(join(home, tokenFile))).data?.sha256 ?? null;
}

export async function writeToken(home: string, secret: string, madeAt: number): Promise<void> {
  await writeJson(home, tokenFile, { sha256: hashOf(secret), madeAt });
}

/** Sign-ins made with this token; those of an earlier one are void. */
export async function readSignIns(home: string, tokenHash: string): Promise<readonly SignIn[]> {
  const { data } = signInList.safeParse(await readJson(join(home, signInsFile)));
  return data?.token === tokenHash ? data.signIns : [];
}

export async function writeSignIns(
  home: string,
  tokenHash: string,
  signIns: readonly SignIn[],
): Promise<void> {
  await writeJson(home, signInsFile, { token: tokenHash, signIns });
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch {
    return null;
  }
}

/** Whole or not at all, and for nobody else's eyes. */
async function writeJson(home: string, name: string, content: object): Promise<void> {
  await mkdir(home, { recursive: true, mode: 0o700 });
  const path = join(home, name);
  const draft = `${path}.${process.pid}.new`;
  await writeFile(draft, `${JSON.stringify(content)}\n`, { mode: 0o600 });
  await rename(draft, path);
}
