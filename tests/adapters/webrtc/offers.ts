/** One m-line of an offer made for a test. */
export interface Line {
  readonly kind: string;
  readonly direction: string;
  readonly codecs: readonly string[];
  /** `a=fmtp` of all of them; H.264 gets our own unless given. */
  readonly parameters?: string;
}

const session = [
  'v=0',
  'o=- 1 2 IN IP4 127.0.0.1',
  's=-',
  't=0 0',
  'a=ice-ufrag:abcd',
  'a=ice-pwd:0123456789abcdefghijklmn',
  `a=fingerprint:sha-256 ${Array.from({ length: 32 }, () => 'AB').join(':')}`,
];

export function offerOf(lines: readonly Line[]): string {
  const media = lines.flatMap(({ kind, direction, codecs, parameters }, index) => [
    `m=${kind} 9 UDP/TLS/RTP/SAVPF ${codecs.map((_, at) => 96 + at).join(' ')}`,
    'c=IN IP4 0.0.0.0',
    `a=mid:${index}`,
    `a=${direction}`,
    ...codecs.flatMap((codec, at) => [
      `a=rtpmap:${96 + at} ${codec}/90000`,
      ...(parameters !== undefined || codec === 'H264'
        ? [`a=fmtp:${96 + at} ${parameters ?? 'packetization-mode=1;profile-level-id=42e01f'}`]
        : []),
    ]),
  ]);
  return [...session, ...media, ''].join('\r\n');
}
