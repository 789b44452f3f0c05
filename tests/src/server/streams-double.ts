// Stands for the streams beside the nodes. It cannot show pictures, encoders or runners: tests hand it the chunks.
import type { LiveStreamForm, LiveStreamsApi, LiveStreamViewer } from '../../../src/contract/live-stream.ts';

export class StreamsDouble implements LiveStreamsApi {
  readonly forms: LiveStreamForm[] = [];
  readonly viewers = new Set<LiveStreamViewer>();
  /** Thrown by `watch`. */
  refusal: Error | null = null;
  #woken: () => void = () => undefined;

  watch(_node: string, form: LiveStreamForm, viewer: LiveStreamViewer): () => void {
    if (this.refusal !== null) throw this.refusal;
    this.forms.push(form);
    this.viewers.add(viewer);
    this.#woken();
    return () => {
      this.viewers.delete(viewer);
      this.#woken();
    };
  }

  /** Resolves once so many watch. */
  async watched(count: number): Promise<void> {
    while (this.viewers.size !== count) await new Promise<void>((resolve) => (this.#woken = resolve));
  }

  chunk(bytes: Uint8Array | string, key = true): void {
    for (const viewer of this.viewers) viewer.chunk(Buffer.from(bytes), key);
  }
}
