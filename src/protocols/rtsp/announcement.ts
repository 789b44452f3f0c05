import { VIDEO_CLOCK_HZ } from '../rtp/payload.ts';

/** RTP's number for the one format there is. */
export const PAYLOAD_TYPE = 96;

/**
 * What a server is told of a stream before its first packet: one line of H.264 in packets of mode 1 (RFC 8866, RFC 6184 §8.2.1). Its parameter
 * sets come with every key picture, so that they may change under way. `address`: of the server, for the line that RTSP leaves unused.
 */
export function announcement(address: string): string {
  const version = address.includes(':') ? 'IP6' : 'IP4';
  return [
    'v=0',
    `o=- 0 0 IN ${version} ${version === 'IP6' ? '::1' : '127.0.0.1'}`,
    's=Reverie',
    `c=IN ${version} ${address}`,
    't=0 0',
    `m=video 0 RTP/AVP ${PAYLOAD_TYPE}`,
    `a=rtpmap:${PAYLOAD_TYPE} H264/${VIDEO_CLOCK_HZ}`,
    `a=fmtp:${PAYLOAD_TYPE} packetization-mode=1`,
    'a=control:streamid=0',
    '',
  ].join('\r\n');
}
