import { failure } from '../../src/contract/error.ts';
import type { Format, MediaLine, Offer } from './offer.ts';

/** What one m-line of the answer does. */
export type LinePlan =
  | {
      readonly does: 'video';
      readonly line: MediaLine;
      readonly format: Format;
      /** The view that is sent on it, an index into the offer's views; null sends nothing. */
      readonly view: number | null;
      /** The source that it feeds, an index into the offer's feeds; null takes nothing. */
      readonly feed: number | null;
    }
  /** Present in the answer and silent: audio, lines beyond what was asked for, codecs we do not speak. */
  | { readonly does: 'nothing'; readonly line: MediaLine }
  | { readonly does: 'data'; readonly line: MediaLine };

/**
 * Gives the views and feeds to the video lines of an offer, in order: a line that receives takes the next view, one that sends the
 * next feed, one that does both takes both. The codec is the first of the line's own list that we speak. Throws `E_SESSION_OFFER`
 * where something was asked for and no line can carry it, `E_SESSION_SIMULCAST` where a line that feeds has several streams.
 */
export function planAnswer(offer: Offer, views: number, feeds: number): readonly LinePlan[] {
  let [view, feed] = [0, 0];
  const plans = offer.lines.map((line): LinePlan => {
    if (line.kind === 'application') return { does: 'data', line };
    if (line.kind !== 'video') return { does: 'nothing', line };
    const receives = line.direction === 'sendrecv' || line.direction === 'recvonly';
    const sends = line.direction === 'sendrecv' || line.direction === 'sendonly';
    const isShown = receives && view < views;
    // What is only received may be of any profile; what is sent too must be one that we make.
    const format = line.formats.find(({ sendable }) => sendable || !isShown);
    if (format === undefined) return { does: 'nothing', line };
    const shown = isShown ? view++ : null;
    const fed = sends && feed < feeds ? feed++ : null;
    if (shown === null && fed === null) return { does: 'nothing', line };
    if (fed !== null && line.simulcast)
      throw failure(
        'E_SESSION_SIMULCAST',
        'The offer has its video several times over, and one stream is taken',
      );
    return { does: 'video', line, format, view: shown, feed: fed };
  });
  if (view < Math.min(1, views)) throw nothingFor('receive', offer);
  if (feed < Math.min(1, feeds)) throw nothingFor('send', offer);
  return plans;
}

function nothingFor(verb: string, { lines }: Offer): Error {
  const videos = lines.filter(({ kind }) => kind === 'video');
  const spoken = videos.some(({ formats }) => formats.some(({ sendable }) => sendable || verb === 'send'));
  const why =
    videos.length === 0
      ? 'it has no video'
      : spoken
        ? `none of its video lines wants to ${verb}`
        : 'its video is neither VP8 nor H.264 (to watch: of baseline profile, in packetization-mode 1)';
  return failure('E_SESSION_OFFER', `The offer cannot be answered: ${why}`);
}
