// Stands for libdatachannel, so that tens of thousands of offers can be answered without a socket or a certificate each. It cannot show what
// the C++ parser makes of an offer, or an answer that a peer could use: it keeps what it was given to read.
import type { Library } from '../../adapters/webrtc/library.ts';

const answer = 'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n';

class Media {
  addH264Codec(): void {}
  addVP8Codec(): void {}
  addVideoCodec(): void {}
  addAudioCodec(): void {}
  addSSRC(): void {}
  parseSdpLine(): void {}
}

class Track {
  #closed: () => void = () => undefined;
  onClosed(closed: () => void): void {
    this.#closed = closed;
  }
  onOpen(): void {}
  onMessage(): void {}
  isOpen(): boolean {
    return false;
  }
  close(): void {
    this.#closed();
  }
}

export interface LibraryDouble {
  readonly library: Library;
  /** The last offer that it was given to read. */
  readonly read: () => string;
  /** Connections that were made and not closed. */
  readonly open: () => number;
}

export function libraryDouble(): LibraryDouble {
  let read = '';
  let open = 0;
  class PeerConnection {
    constructor() {
      open += 1;
    }
    onStateChange(): void {}
    onDataChannel(): void {}
    onGatheringStateChange(listener: (state: string) => void): void {
      queueMicrotask(() => listener('complete'));
    }
    addTrack(): Track {
      return new Track();
    }
    setRemoteDescription(sdp: string): void {
      read = sdp;
    }
    setLocalDescription(): void {}
    localDescription(): { readonly sdp: string } {
      return { sdp: answer };
    }
    addRemoteCandidate(): void {}
    close(): void {
      open -= 1;
    }
  }
  const library = { PeerConnection, Video: Media, Audio: class extends Media {} } as unknown as Library;
  return { library, read: () => read, open: () => open };
}
