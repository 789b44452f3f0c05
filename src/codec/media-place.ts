import { containers } from './containers.ts';

/** Where media comes from, and how FFmpeg is to open it. */
export interface MediaPlace {
  /** As errors call it: a path, or an address without passwords. */
  readonly name: string;
  /** What FFmpeg opens. */
  readonly url: string;
  /** Name of FFmpeg's demuxer or device; null finds it out by the content. */
  readonly format: string | null;
  /** FFmpeg's options of protocol and demuxer. */
  readonly options: Readonly<Record<string, string>>;
  /** Null is a file, which waits for its reader. Of what comes by itself, the limits of silence in milliseconds. */
  readonly live: Limits | null;
}

interface Limits {
  /** Until it is there; null waits for the other side as long as it takes. */
  readonly openMs: number | null;
  /** From one packet to the next. */
  readonly silenceMs: number;
}

/** One file and nothing else: neither protocols nor playlists are followed. `path` is absolute. */
export function filePlace(path: string): MediaPlace {
  return {
    name: path,
    url: `file:${path}`,
    format: null,
    options: {
      protocol_whitelist: 'file',
      format_whitelist: containers.join(','),
      // A file called img%03d.png is one file, not a series.
      pattern_type: 'none',
    },
    live: null,
  };
}
