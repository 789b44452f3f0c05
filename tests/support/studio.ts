import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import type { Reverie } from '../integration/reverie.ts';
import type { Namespace } from './namespace.ts';

/** A daemon, alone with the programs that it talks to, in a network that has only loopback. */
export class Studio {
  readonly namespace: Namespace;
  readonly reverie: Reverie;
  readonly #peers: ChildProcessWithoutNullStreams[] = [];

  constructor(namespace: Namespace, reverie: Reverie) {
    this.namespace = namespace;
    this.reverie = reverie;
  }

  /** Starts a program inside that is ended with the test. */
  start(program: string, args: readonly string[]): ChildProcessWithoutNullStreams {
    const peer = this.namespace.start(program, args);
    this.#peers.push(peer);
    return peer;
  }

  /** Ends all programs that were started inside, at once. */
  async endPeers(): Promise<void> {
    for (const peer of this.#peers.splice(0)) {
      if (peer.exitCode !== null || peer.signalCode !== null) continue;
      const gone = once(peer, 'exit');
      peer.kill('SIGKILL');
      await gone;
    }
  }

  async close(): Promise<void> {
    await this.endPeers();
    await this.reverie.dispose();
    this.namespace.close();
  }
}
