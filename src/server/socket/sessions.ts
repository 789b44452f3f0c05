import { announcements } from './announcements.ts';
import { LostSessions } from './lost-sessions.ts';
import { Outbox, type Wire } from './outbox.ts';
import { Session, type ResumeWish, type SessionContext } from './session.ts';

const HEARTBEAT_MS = 15_000;
/** What a client closes with that does not mean to come back: done, gone to another page, or no reason given. */
const FAREWELLS: readonly number[] = [1000, 1001, 1005];
/** A new token ended it: nobody may come back by what the old one opened. */
const POLICY_VIOLATION = 1008;

/** The way to such a client. */
export interface NativeLine {
  send(text: string): void;
  /** Bytes that it has not taken yet. */
  waiting(): number;
  /** It does not read, or came back by another line. */
  close(): void;
}

/** One client of the native protocol that comes by another way than a WebSocket. */
export interface NativeVoice {
  receive(text: string): void;
  close(): void;
}

/** All clients of the native protocol. Listens to show and engine once, and tells each client what it asked for. */
export class Sessions {
  readonly #context: SessionContext;
  /** Those with a line and those that lost it. */
  readonly #sessions = new Map<string, Session>();
  readonly #lost: LostSessions;
  readonly #unsubscribe: readonly (() => void)[];
  /** Values are followed only while there is a session: what glides is worked out for those who look. */
  #unfollow: (() => void) | null = null;
  #count = 0;

  constructor(context: SessionContext) {
    this.#context = context;
    this.#lost = new LostSessions(context.tally, (session) => this.#forget(session));
    this.#unsubscribe = [
      ...announcements.map((listen) =>
        listen(context, (name, data) => {
          for (const session of this.#sessions.values()) session.announce(name, data);
        }),
      ),
      context.engine.subscribe(({ type }) => {
        if (type === 'graph') for (const session of this.#sessions.values()) session.graphChanged();
      }),
    ];
  }

  open(wire: Wire): void {
    const outbox = new Outbox(wire, this.#context.tally);
    const line = this.#begin(outbox);
    line.session.greet();
    const stopHeartbeat = heartbeat(wire, outbox);
    wire.on('message', (data, isBinary) => this.#hear(line, isBinary ? null : textOf(data)));
    wire.on('close', (code) => {
      stopHeartbeat();
      this.#end(line, !FAREWELLS.includes(code) && code !== POLICY_VIOLATION);
    });
  }

  /** A client on another line than a WebSocket, which is held to the same bounds. */
  join(way: NativeLine): NativeVoice {
    const wire = {
      OPEN: 1,
      readyState: 1,
      get bufferedAmount() {
        return way.waiting();
      },
      send: (data: unknown) => way.send(String(data)),
      close: () => way.close(),
      terminate: () => undefined,
    } as const;
    const line = this.#begin(new Outbox(wire, this.#context.tally));
    return { receive: (text) => this.#hear(line, text), close: () => this.#end(line, true) };
  }

  close(): void {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    this.#unfollow?.();
    for (const session of this.#sessions.values()) session.close();
    this.#lost.close();
    this.#sessions.clear();
  }

  #begin(outbox: Outbox): Line {
    const session = new Session((this.#count += 1), outbox, this.#context);
    this.#sessions.set(session.token, session);
    this.#unfollow ??= this.#context.show.subscribe((changes) => {
      for (const each of this.#sessions.values()) each.changed(changes);
    });
    this.#context.tally.clients += 1;
    return { outbox, session, spoke: false };
  }

  #hear(line: Line, text: string | null): void {
    line.spoke = true;
    const wish = line.session.receive(text);
    if (wish !== null) this.#resume(line, wish);
  }

  #resume(line: Line, { token, since, from }: ResumeWish): void {
    const session = this.#sessions.get(token);
    // Of a session that is forgotten, or is this one already, the client hears by whom it is greeted.
    if (session === undefined || session === line.session) return line.session.greet(from);
    this.#forget(line.session);
    line.session = session;
    this.#lost.found(session);
    session.resume(line.outbox, since, from);
  }

  #end(line: Line, mayComeBack: boolean): void {
    this.#context.tally.clients -= 1;
    const { session } = line;
    // Its client came back by another line, which has the session now.
    if (!session.isOn(line.outbox)) return;
    if (!mayComeBack || !line.spoke) return this.#forget(session);
    session.lose();
    this.#lost.add(session);
  }

  #forget(session: Session): void {
    session.close();
    this.#sessions.delete(session.token);
    if (this.#sessions.size > 0) return;
    this.#unfollow?.();
    this.#unfollow = null;
  }
}

/** A connection, and whose it is. */
interface Line {
  readonly outbox: Outbox;
  session: Session;
  /** Who never said a word has nothing to come back to. */
  spoke: boolean;
}

/** Ends a client whose machine is gone or whose reader stands still: no answer to a ping until the next one is due. */
function heartbeat(wire: Wire, outbox: Outbox): () => void {
  let answered = true;
  wire.on('pong', () => {
    answered = true;
  });
  const timer = setInterval(() => {
    if (!answered) return outbox.giveUp(`no answer to a ping for ${HEARTBEAT_MS / 1000} s`);
    answered = false;
    wire.ping();
  }, HEARTBEAT_MS);
  return () => clearInterval(timer);
}

function textOf(data: Buffer | ArrayBuffer | Buffer[]): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString();
  return Buffer.isBuffer(data) ? data.toString() : Buffer.from(data).toString();
}
