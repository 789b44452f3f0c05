export interface FoundCandidate {
  readonly candidate: string;
  /** Of the media line that it is for. */
  readonly sdpMid: string | null;
}

/** One candidate as RFC 8840 §9 writes it. */
export function fragmentOf(offer: string, { candidate, sdpMid }: FoundCandidate): string {
  const [session = '', ...sections] = offer.split(/^(?=m=)/m);
  const section = sections.find((each) => lineOf(each, 'a=mid:') === `a=mid:${sdpMid}`) ?? sections[0] ?? '';
  const either = (start: string): string => lineOf(section, start) ?? lineOf(session, start) ?? '';
  const lines = [
    either('a=ice-ufrag:'),
    either('a=ice-pwd:'),
    either('m='),
    either('a=mid:'),
    `a=${candidate}`,
  ];
  return [...lines.filter((line) => line !== ''), ''].join('\r\n');
}

function lineOf(section: string, start: string): string | null {
  return section.split(/\r?\n/).find((line) => line.startsWith(start)) ?? null;
}
