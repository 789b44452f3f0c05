/** One coded picture out of RTP payloads: Annex B for H.264, one frame for VP8. */
export interface AssembledPicture {
  readonly data: Uint8Array;
  /** A decoder can begin with it. */
  readonly key: boolean;
}
