import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** 192 random bits, as a URL may carry them: nobody guesses it, so a plain hash of it is safe to keep. */
export function newSecret(): string {
  return randomBytes(24).toString('base64url');
}

/** SHA-256, base64url: 43 characters. */
export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}

/** Takes as long whether the first or the last character differs. */
export function isSecretOf(hash: string, secret: string): boolean {
  const given = Buffer.from(hashOf(secret));
  const kept = Buffer.from(hash);
  return given.length === kept.length && timingSafeEqual(given, kept);
}
