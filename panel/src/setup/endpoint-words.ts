import type { AdapterDescriptor } from '../../../src/contract/adapter.ts';
import type { EndpointState } from '../../../src/contract/endpoint.ts';
import type { JsonObject, JsonValue } from '../../../src/contract/json.ts';
import type { Size } from '../../../src/contract/frame.ts';
import type { Mood } from '../words.ts';

/** How a source or sink is with what it is connected to, for someone beside a stage. */
export const endpointWords: Readonly<Record<EndpointState, string>> = {
  searching: 'Not there yet; looking for it',
  connecting: 'There; waiting for its first picture',
  live: 'Live',
  stalled: 'Connected, but no new pictures; the last one stays',
  lost: 'Lost; looking for it. The last picture stays',
};

export const endpointMoods: Readonly<Record<EndpointState, Mood>> = {
  searching: 'wait',
  connecting: 'wait',
  live: 'good',
  stalled: 'bad',
  lost: 'bad',
};

/** `1280 × 720 · 59.94 a second`, as much of it as is known. */
export function sizeWords(size: Size | null, rateHz: number | null): string {
  const parts = [
    size === null ? null : `${size.width} × ${size.height}`,
    rateHz === null ? null : `${Number(rateHz.toFixed(2))} a second`,
  ];
  return parts.filter((part) => part !== null).join(' · ');
}

/** Said by size and rate already. */
const known = new Set(['width', 'height', 'rateHz', 'url']);
/** Numbers that mean something to somebody who is not counting. */
const telling = /bitrate|lost|late|skipped|dropped|refused/i;

/** What its runner says of it, as far as one line can: `codec h264 · skipped 12`. */
export function infoWords(info: JsonObject, most = 6): string {
  return Object.entries(info)
    .flatMap(([key, value]) => {
      if (known.has(key) || !(typeof value === 'number' ? value > 0 && telling.test(key) : isWord(value)))
        return [];
      return [value === true ? keyWords(key) : `${keyWords(key)} ${String(value)}`];
    })
    .slice(0, most)
    .join(' · ');
}

const isWord = (value: JsonValue): boolean => value === true || (typeof value === 'string' && value !== '');

const keyWords = (key: string): string => key.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

interface Form {
  /** What is typed. */
  readonly form: string;
  readonly words: string;
}

const forms: Readonly<Record<string, readonly Form[]>> = {
  file: [
    {
      form: 'file:clip.mp4',
      words: 'A clip or picture of the media files below, or a path on the machine of Reverie',
    },
  ],
  'test-pattern': [{ form: 'test-pattern:plasma', words: 'A moving picture of its own' }],
  capture: [{ form: 'capture:/dev/video0', words: 'A camera or capture card of the machine of Reverie' }],
  ndi: [
    {
      form: 'ndi:STUDIO-PC (Camera 1)',
      words: 'An NDI source by its whole name; as an output, the name others see',
    },
  ],
  shm: [{ form: 'shm:NAME', words: 'A program on the same machine: TouchDesigner, Unity, Max, Python' }],
  spout: [{ form: 'spout:NAME', words: 'A Spout sender on the same Windows machine' }],
  whip: [{ form: 'whip:cam1', words: 'OBS or a browser publishes to /whip/cam1 of this address' }],
  whep: [{ form: 'whep:NAME', words: 'Players watch /whep/NAME of this address' }],
  rtsp: [{ form: 'rtsp://camera.local/live', words: 'A network camera' }],
  srt: [
    { form: 'srt://host:9000', words: 'Calls the other side' },
    { form: 'srt://:9000?mode=listener', words: 'Waits for the other side to call' },
  ],
  rtmp: [{ form: 'rtmp://host/app/key', words: 'A streaming server' }],
  udp: [{ form: 'udp://:5000', words: 'MPEG-TS packets that arrive at that port' }],
  http: [{ form: 'http://host/stream.m3u8', words: 'A stream of a web server: HLS, MPEG-TS, MJPEG' }],
  record: [{ form: 'record:', words: 'A recording that runs for as long as this output is there' }],
  stills: [{ form: 'stills', words: 'The preview and pictures on request; goes nowhere else' }],
};
/** Explained by another one. */
const alike = new Set(['rtsps', 'rtmps', 'https']);

/** What can be typed as an address, by what plays here. */
export function formsOf(adapters: readonly Pick<AdapterDescriptor, 'id' | 'locator' | 'schemes'>[]): Form[] {
  return adapters.flatMap(({ id, locator, schemes }) => {
    const names = schemes.length > 0 ? schemes : [id];
    return names
      .filter((name) => !alike.has(name))
      .flatMap((name) => forms[name] ?? [{ form: locator === null ? name : `${name}:…`, words: '' }]);
  });
}
