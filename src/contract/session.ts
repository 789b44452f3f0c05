import type { IceServer } from './ice-server.ts';
import type { JsonObject } from './json.ts';
import type { Matte } from './packed-matte.ts';

/** One ICE candidate as browsers trickle it; an empty `candidate` says that there are no more. */
export interface IceCandidate {
  readonly candidate: string;
  readonly sdpMid: string | null;
  readonly sdpMLineIndex: number | null;
}

/** A WebRTC offer and what its video lines are for, in the order of its m-lines. */
export interface SessionOffer {
  readonly sdp: string;
  /** Who asks, for status and logs: `panel`, `scope`, `whep`. */
  readonly client: string;
  /** Nodes whose pictures the lines that receive are sent, one each; lines beyond are answered inactive. */
  readonly views: readonly string[];
  /** How those pictures carry their transparency; `none` unless given. */
  readonly matte?: Matte;
  /** Source nodes that the lines that send feed, one each. A node that another session feeds already stays with it. */
  readonly feeds: readonly string[];
}

export interface SessionAnswer {
  readonly id: string;
  /** All candidates are in it. */
  readonly sdp: string;
}

export interface SessionReport {
  readonly id: string;
  readonly client: string;
  readonly state: 'connecting' | 'connected' | 'closed';
  readonly views: readonly string[];
  /** Nodes it feeds, and those it was refused, with the reason. */
  readonly feeds: readonly string[];
  readonly refused: readonly { readonly node: string; readonly reason: string }[];
  /** Codec, rung, bitrate, round-trip time, losses; `reason` once it is closed. */
  readonly info: JsonObject;
}

export type SessionEvent =
  | { readonly type: 'state'; readonly session: SessionReport }
  /** Text that came in on a data channel. */
  | { readonly type: 'message'; readonly id: string; readonly channel: string; readonly text: string }
  | { readonly type: 'channel'; readonly id: string; readonly channel: string; readonly open: boolean };

/** WebRTC peers. They live in the runner of the adapter `webrtc`; what is here only passes words on. */
export interface SessionsApi {
  /** Rejects with `E_SESSION_*` where WebRTC is not available, the SDP is not one, or too many peers are there. */
  open(offer: SessionOffer): Promise<SessionAnswer>;
  /**
   * Rejects with `E_SESSION_UNKNOWN`, and with `E_SESSION_RESTART` where `iceUser`, the sender's `a=ice-ufrag`, is of another ICE
   * session than the offer's.
   */
  addCandidates(id: string, candidates: readonly IceCandidate[], iceUser?: string | null): Promise<void>;
  close(id: string): Promise<void>;
  /** Text to a data channel of a peer; what a closed or full channel cannot take is counted in its report. */
  send(id: string, channel: string, text: string): void;
  /** Bytes sent to a data channel that its peer has not taken yet, as far as is known here. */
  waiting(id: string, channel: string): number;
  /** Ends one data channel; the session goes on. */
  closeChannel(id: string, channel: string): void;
  reports(): readonly SessionReport[];
  /** STUN and TURN servers of the configuration, as a browser wants them. */
  iceServers(): readonly IceServer[];
  subscribe(listener: (event: SessionEvent) => void): () => void;
}
