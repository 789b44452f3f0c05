import type { AssembledPicture } from './assembled-picture.ts';
import { assembleH264, h264StartsKey, h264StartsPicture, packetizeH264 } from './h264.ts';
import { assembleVp8, packetizeVp8, vp8StartsKey, vp8StartsPicture } from './vp8.ts';

/** Video codecs that cross WebRTC here; each has a payload format of its own. */
export type VideoCodec = 'h264' | 'vp8';

/** Ticks a second of the RTP clock of every video payload. */
export const VIDEO_CLOCK_HZ = 90_000;

/** How coded pictures of one codec are cut into RTP payloads and put together again. */
export interface PayloadFormat {
  /** Cuts one coded picture into payloads of at most `maxPayload` bytes. The last one belongs in the packet with the marker. */
  readonly packetize: (picture: Uint8Array, maxPayload: number) => Uint8Array[];
  /** The payloads of one picture, whole and in order. Null where they make none. */
  readonly assemble: (payloads: readonly Uint8Array[]) => AssembledPicture | null;
  /** False where a picture surely began in an earlier packet. */
  readonly startsPicture: (payload: Uint8Array) => boolean;
  /** True where a decoder can surely begin here; H.264: with the parameter sets, which come before the picture itself. */
  readonly startsKey: (payload: Uint8Array) => boolean;
}

export const payloadFormats: { readonly [codec in VideoCodec]: PayloadFormat } = {
  h264: {
    packetize: packetizeH264,
    assemble: assembleH264,
    startsPicture: h264StartsPicture,
    startsKey: h264StartsKey,
  },
  vp8: {
    packetize: packetizeVp8,
    assemble: assembleVp8,
    startsPicture: vp8StartsPicture,
    startsKey: vp8StartsKey,
  },
};
