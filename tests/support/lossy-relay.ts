import { once } from 'node:events';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import type { Namespace } from './namespace.ts';

export interface RelaySettings {
  /** UDP port of 127.0.0.1 to which it passes on. */
  readonly target?: number;
  /** Share of the packets that go missing each way, 0..1. */
  readonly loss?: number;
  /** How long each packet is held each way. */
  readonly delayMs?: number;
}

/** Passes UDP on inside a namespace, between peers and a port, late and with a share of it lost. A process of its own. */
export class LossyRelay {
  /** Where peers reach it, on 127.0.0.1. */
  readonly port: number;
  readonly #child: ChildProcessWithoutNullStreams;

  private constructor(child: ChildProcessWithoutNullStreams, port: number) {
    this.#child = child;
    this.port = port;
  }

  static async open(namespace: Namespace): Promise<LossyRelay> {
    const child = namespace.start(process.execPath, ['tests/fixtures/lossy-relay.mjs']);
    const [port] = await once(child.stdout, 'data');
    return new LossyRelay(child, Number(String(port)));
  }

  set(settings: RelaySettings): void {
    this.#child.stdin.write(`${JSON.stringify(settings)}\n`);
  }

  close(): void {
    this.#child.kill();
  }
}
