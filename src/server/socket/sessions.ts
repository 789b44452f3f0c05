import type { EngineApi, EngineEvent } from '../../contract/engine-api.ts';
import type { CatalogEntry } from '../../contract/hardware.ts';
import type { Wire } from './outbox.ts';
import { Outbox } from './outbox.ts';
import type { SessionContext } from './session.ts';
import { Session } from './session.ts';

const HEARTBEAT_MS = 15_000;

/** One client of the native protocol that comes by another way than a WebSocket. */
export interface NativeVoice {
  receive(text: string): void;
  close(): void;
}

/** All clients of the native protocol. Listens to show and engine once, and tells each client what it asked for. */
export class Sessions {
  readonly #context: SessionContext;
  readonly #sessions = new Set<Session>();
  readonly #unsubscribe: readonly (() => void)[];
  #count = 0;

  constructor(engine: EngineApi, context: SessionContext) {
    this.#context = context;
    this.#unsubscribe = [
      engine.subscribe((event) => this.#tell(event)),
      context.show.subscribe((changes) => {
        for (const session of this.#sessions) session.changed(changes);
      }),
      context.onCatalog(() => this.#catalogChanged()),
    ];
  }

  open(wire: Wire): void {
    const { tally } = this.#context;
    const outbox = new Outbox(wire, tally);
    const session = this.#begin(outbox);
    session.greet();
    const stopHeartbeat = heartbeat(wire, outbox);
    wire.on('message', (data, isBinary) => session.receive(isBinary ? null : textOf(data)));
    wire.on('close', () => {
      stopHeartbeat();
      this.#end(session);
    });
  }

  /** A client on a line that keeps count itself of what it cannot take, as a data channel does. */
  join(send: (text: string) => void): NativeVoice {
    const line = {
      OPEN: 1,
      readyState: 1,
      bufferedAmount: 0,
      send: (data: unknown) => send(String(data)),
      close: () => undefined,
      terminate: () => undefined,
    } as const;
    const session = this.#begin(new Outbox(line, this.#context.tally));
    return { receive: (text) => session.receive(text), close: () => this.#end(session) };
  }

  close(): void {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    for (const session of this.#sessions) session.close();
  }

  #begin(outbox: Outbox): Session {
    const session = new Session((this.#count += 1), outbox, this.#context);
    this.#sessions.add(session);
    this.#context.tally.clients += 1;
    return session;
  }

  #end(session: Session): void {
    session.close();
    if (this.#sessions.delete(session)) this.#context.tally.clients -= 1;
  }

  #catalogChanged(): void {
    const isBeingRead = (entry: CatalogEntry): boolean =>
      !entry.available && entry.error.code === 'E_PIPELINE_READING';
    const reading = this.#context.catalog().filter(isBeingRead).length;
    for (const session of this.#sessions) session.event({ name: 'catalog', data: { reading } });
  }

  #tell(event: EngineEvent): void {
    for (const session of this.#sessions) {
      switch (event.type) {
        case 'status':
          session.event({ name: 'node', data: event.node });
          break;
        case 'fault':
          session.event({ name: 'fault', data: event.fault });
          break;
        case 'graph':
          session.graphChanged();
          break;
        case 'node-event':
          session.event({
            name: 'node-event',
            data: { node: event.node, name: event.name, data: event.data },
          });
          break;
      }
    }
  }
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
