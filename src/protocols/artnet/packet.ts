/**
 * Art-Net 4, Artistic Licence: a header of eight bytes, an opcode with its low byte first, and from there high bytes first.
 * https://art-net.org.uk/downloads/art-net.pdf
 */
export const artNetId = 'Art-Net\0';
export const artNetPort = 6454;
/** Whoever speaks an older version has another layout. */
export const artNetVersion = 14;

export const opcodes = { poll: 0x2000, pollReply: 0x2100, dmx: 0x5000 } as const;

export const universes = 32_768;
export const channelsOfUniverse = 512;

export type ArtNetPacket =
  | {
      readonly kind: 'dmx';
      /** 1..255, around; 0 where the sender does not number its packets. */
      readonly sequence: number;
      /** Net, sub-net and universe in one, 0..32767. */
      readonly universe: number;
      /** 1..512 channels; lies in the packet. */
      readonly channels: Uint8Array;
    }
  /** Asks who is there; with bounds, only who has one of these universes. */
  | { readonly kind: 'poll'; readonly among: { readonly lowest: number; readonly highest: number } | null }
  | { readonly kind: 'poll-reply' }
  /** Time code, remote device management, firmware, … */
  | { readonly kind: 'other'; readonly opcode: number };

export interface ArtNetNode {
  /** IPv4 address, four numbers. */
  readonly address: readonly [number, number, number, number];
  /** At most 17 characters of ASCII. */
  readonly shortName: string;
  /** At most 63. */
  readonly longName: string;
  /** Universes that are heard, and whether something arrives on them: one to four of one sub-net. */
  readonly ports: readonly { readonly universe: number; readonly receives: boolean }[];
  /** From 1: which of several answers of one node this is. */
  readonly page: number;
}
