import type { JsonObject } from '../../contract/json.ts';
import type { SessionsApi } from '../../contract/session.ts';
import type { ShowApi } from '../../contract/show-api.ts';
import { Conversation } from './conversation.ts';

interface ConversationsDeps {
  readonly show: ShowApi;
  readonly sessions: SessionsApi;
  stageOf(name: string): string | null;
}

/** The data channel that Scope's clients open. */
export const CHANNEL = 'parameters';

/** All clients of the dialect. A client that closes its connection is forgotten; nothing else changes. */
export class Conversations {
  readonly #deps: ConversationsDeps;
  readonly #open = new Map<string, Conversation>();
  /** The show is followed only while there is somebody to tell. */
  #unfollow: (() => void) | null = null;

  constructor(deps: ConversationsDeps) {
    this.#deps = deps;
  }

  /** Begins with what the client wants played. */
  open(session: string, parameters: JsonObject): void {
    this.#of(session)?.play(parameters);
  }

  message(session: string, message: JsonObject): void {
    this.#of(session)?.play(message);
  }

  /** To all whose channel is open. */
  tell(message: JsonObject): void {
    for (const conversation of this.#open.values()) conversation.tell(message);
  }

  channel(session: string, isOpen: boolean): void {
    this.#of(session)?.channelOpen(isOpen);
  }

  forget(session: string): void {
    this.#open.get(session)?.close();
    this.#open.delete(session);
    if (this.#open.size > 0) return;
    this.#unfollow?.();
    this.#unfollow = null;
  }

  close(): void {
    for (const session of this.#open.keys()) this.forget(session);
  }

  /** Null where the session has ended: its last words may come after that. */
  #of(session: string): Conversation | null {
    const present = this.#open.get(session);
    if (present !== undefined) return present;
    const { show, sessions } = this.#deps;
    if (!sessions.reports().some(({ id, state }) => id === session && state !== 'closed')) return null;
    const conversation = new Conversation(session, {
      show,
      stageOf: (name) => this.#deps.stageOf(name),
      send: (message) => sessions.send(session, CHANNEL, JSON.stringify(message)),
    });
    this.#open.set(session, conversation);
    this.#unfollow ??= this.#follow();
    return conversation;
  }

  #follow(): () => void {
    const { show } = this.#deps;
    const values = show.subscribe((changes) => {
      for (const conversation of this.#open.values()) conversation.changed(changes);
    });
    const schedule = show.schedule.subscribe((event) => {
      for (const conversation of this.#open.values()) conversation.scheduled(event);
    });
    return () => {
      values();
      schedule();
    };
  }
}
