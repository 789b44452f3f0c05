import { watch, type FSWatcher } from 'node:fs';
import {
  readSignIns,
  readTokenHash,
  tokenFile,
  writeSignIns,
  writeToken,
  type SignIn,
} from './access-files.ts';
import { Attempts } from './attempts.ts';
import { hashOf, isSecretOf, newSecret } from './secret.ts';

const INVITATION_MS = 10 * 60_000;
const MAX_INVITATIONS = 16;
/** Devices that stay signed in; the one that signed in first goes. */
const MAX_SIGN_INS = 100;

export interface AccessDeps {
  readonly home: string;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  /** Any steady clock, milliseconds. */
  readonly clockMs: () => number;
}

export interface Invitation {
  readonly secret: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/**
 * Who may come in from beyond this machine: whoever shows the token, or a cookie that was given for it. A new token, made by
 * `reverie token` at any time, ends everything that was opened with the old one.
 */
export class Access {
  readonly attempts: Attempts;
  readonly #deps: AccessDeps;
  readonly #listeners = new Set<() => void>();
  readonly #invitations = new Map<string, number>();
  #tokenHash: string | null;
  #signIns: readonly SignIn[];
  #watcher: FSWatcher | null = null;

  constructor(deps: AccessDeps, tokenHash: string | null, signIns: readonly SignIn[]) {
    this.#deps = deps;
    this.#tokenHash = tokenHash;
    this.#signIns = signIns;
    this.attempts = new Attempts(deps.clockMs);
  }

  /** Reads what was kept in the home folder and notices from then on when `reverie token` makes a new one. */
  static async open(deps: AccessDeps): Promise<Access> {
    const tokenHash = await readTokenHash(deps.home);
    const access = new Access(
      deps,
      tokenHash,
      tokenHash === null ? [] : await readSignIns(deps.home, tokenHash),
    );
    access.#watch();
    return access;
  }

  get hasToken(): boolean {
    return this.#tokenHash !== null;
  }

  /** Of its own for each daemon: browsers share cookies among all ports of a machine. */
  get cookieName(): string {
    return `reverie-${this.#tokenHash?.replaceAll(/[^A-Za-z0-9]/g, '').slice(0, 8) ?? 'none'}`;
  }

  /** The token in clear, only where it had to be made; it cannot be shown again. */
  async makeFirstToken(): Promise<string | null> {
    if (this.#tokenHash !== null) return null;
    const secret = newSecret();
    await writeToken(this.#deps.home, secret, this.#deps.wallClock());
    this.#tokenHash = hashOf(secret);
    return secret;
  }

  isToken(secret: string): boolean {
    return this.#tokenHash !== null && isSecretOf(this.#tokenHash, secret);
  }

  isSignIn(cookie: string): boolean {
    return this.#signIns.some(({ sha256 }) => isSecretOf(sha256, cookie));
  }

  /** A cookie for a device that shows the token or an invitation; null where it is neither. An invitation opens once. */
  async signIn(secret: string): Promise<string | null> {
    const invitation = hashOf(secret);
    const invitedUntil = this.#invitations.get(invitation);
    this.#invitations.delete(invitation);
    const invited = invitedUntil !== undefined && this.#deps.wallClock() < invitedUntil;
    if (!invited && !this.isToken(secret)) return null;
    const cookie = newSecret();
    await this.#keep([...this.#signIns, { sha256: hashOf(cookie), at: this.#deps.wallClock() }]);
    return cookie;
  }

  async signOut(cookie: string): Promise<void> {
    await this.#keep(this.#signIns.filter(({ sha256 }) => !isSecretOf(sha256, cookie)));
  }

  /** A secret for one more device, without showing it the token. */
  invite(): Invitation {
    const [oldest] = this.#invitations.keys();
    if (this.#invitations.size >= MAX_INVITATIONS && oldest !== undefined) this.#invitations.delete(oldest);
    const secret = newSecret();
    const expiresAt = this.#deps.wallClock() + INVITATION_MS;
    this.#invitations.set(hashOf(secret), expiresAt);
    return { secret, expiresAt };
  }

  /** Called when all sign-ins have ended because there is a new token. */
  onRevoked(listener: () => void): void {
    this.#listeners.add(listener);
  }

  /** Takes a token that another process made. */
  async reload(): Promise<void> {
    const tokenHash = await readTokenHash(this.#deps.home);
    if (tokenHash === this.#tokenHash) return;
    this.#tokenHash = tokenHash;
    this.#signIns = [];
    this.#invitations.clear();
    for (const listener of this.#listeners) listener();
  }

  close(): void {
    this.#watcher?.close();
  }

  async #keep(signIns: readonly SignIn[]): Promise<void> {
    this.#signIns = signIns.slice(-MAX_SIGN_INS);
    // Where it cannot be written, the device stays signed in until the daemon ends.
    await writeSignIns(this.#deps.home, this.#tokenHash ?? '', this.#signIns).catch(() => undefined);
  }

  /** The folder is watched, since the file is replaced as a whole. */
  #watch(): void {
    try {
      this.#watcher = watch(this.#deps.home, { persistent: false }, (_event, name) => {
        if (name === tokenFile) void this.reload();
      });
      this.#watcher.on('error', () => undefined);
    } catch {
      // A file system without notices: a new token then holds from the next start on, as docs/guides/security.md says.
    }
  }
}
