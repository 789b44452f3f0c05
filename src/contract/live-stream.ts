import type { ErrorReport } from './error.ts';

/** A node's picture for whoever can play no WebRTC. */
export type LiveStreamForm =
  /** JPEG pictures, one a chunk. */
  | {
      readonly kind: 'mjpeg';
      /** Widest picture, pixels; null keeps the size. Smaller ones are not enlarged. */
      readonly width: number | null;
      /** Pictures a second at most. */
      readonly rateHz: number;
      /** 1..100. */
      readonly quality: number;
    }
  /** MPEG-TS with H.264, one picture a chunk. */
  | { readonly kind: 'mpegts' };

/** Who watches. Both are called from the daemon's loop: neither may wait. */
export interface LiveStreamViewer {
  /** `key`: a player can begin with this chunk. Of JPEG every one is. */
  chunk(bytes: Uint8Array, key: boolean): void;
  /** Nothing more comes: the node left the graph (null), or it cannot be encoded here. */
  ended(error: ErrorReport | null): void;
}

/** Streams beside the nodes of the graph, as long as somebody watches. One encode serves all who watch a node in one form. */
export interface LiveStreamsApi {
  /**
   * Until the answered function is called. A chunk to begin with comes soon, and about every second after. Throws
   * `E_GRAPH_UNKNOWN_NODE`, or `E_STREAM_LIMIT` where a node is watched in too many forms or by too many.
   */
  watch(node: string, form: LiveStreamForm, viewer: LiveStreamViewer): () => void;
}

/** What stands in the place of an address where a sink of the adapter `stream` encodes for viewers of the daemon. */
export const VIEWERS_URL = 'viewers:';
/** The number under which such a sink sends a chunk that a player can begin with; the others go under 0. */
export const KEY_CHUNK = 1;
