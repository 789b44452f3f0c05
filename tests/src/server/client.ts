import { WebSocket } from 'ws';

type Message = Record<string, unknown> & { readonly type: string };

/** A real WebSocket client that keeps what it hears, in order. */
export class Client {
  readonly socket: WebSocket;
  readonly heard: Message[] = [];
  readonly pictures: Buffer[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;
  #woken: () => void = () => undefined;

  constructor(url: string, headers: Record<string, string> = {}) {
    this.socket = new WebSocket(url, { headers });
    this.socket.on('error', () => undefined);
    this.socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) this.pictures.push(data);
      else this.heard.push(JSON.parse(data.toString()) as Message);
      this.#woken();
    });
    this.closed = new Promise((resolve) => {
      this.socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    });
  }

  say(message: unknown): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  /** The first message that fits, heard already or to come; the test's own time limit bounds the wait. */
  async hear(fits: (message: Message) => boolean): Promise<Message> {
    return this.until(() => this.heard.find(fits));
  }

  async until<T>(look: () => T | undefined | false): Promise<T> {
    for (;;) {
      const found = look();
      if (found !== undefined && found !== false) return found;
      await new Promise<void>((resolve) => {
        this.#woken = resolve;
      });
    }
  }
}
