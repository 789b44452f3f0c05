import type { Size } from '../../src/contract/frame.ts';

/** One that shares its picture on this machine. */
export interface SharedTexture {
  readonly name: string;
  readonly size: Size | null;
}

/**
 * Programs of one machine that show each other what they draw: Spout on Windows, Syphon on macOS. Pictures come and go as rgba8,
 * top row first, through the processor; they stay on the graphics card only between the other two programs.
 */
export interface TextureShare {
  readonly version: string | null;
  senders(): readonly SharedTexture[];
  /** Follows the sender of that name, or the active one where it is empty. */
  openReceiver(name: string): TextureReceiver;
  /** Is seen from its first picture on. */
  openSender(name: string): TextureSender;
}

export type Look =
  /** There is no such sender, or it has closed. */
  | { readonly kind: 'absent' }
  /** It has drawn nothing new. */
  | { readonly kind: 'nothing' }
  /** Valid until the next look. */
  | { readonly kind: 'picture'; readonly sender: string; readonly size: Size; readonly pixels: Uint8Array };

export interface TextureReceiver {
  look(): Look;
  close(): void;
}

export interface TextureSender {
  /** False where the picture could not be shared. */
  send(pixels: Uint8Array, size: Size): boolean;
  close(): void;
}
