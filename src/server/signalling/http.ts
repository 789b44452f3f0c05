import type { FastifyReply } from 'fastify';
import { failure } from '../../contract/error.ts';
import type { IceServer } from '../../contract/ice-server.ts';
import type { SessionAnswer } from '../../contract/session.ts';

export const SDP = 'application/sdp';
/** RFC 8840 §9. */
export const FRAGMENT = 'application/trickle-ice-sdpfrag';

/** RFC 9725 §4.2 and §4.6: where the session is, how to trickle, and which servers help with the way. `url` is what was posted to. */
export function created(
  reply: FastifyReply,
  url: string,
  { id, sdp }: SessionAnswer,
  servers: readonly IceServer[],
): FastifyReply {
  const links = servers.flatMap(linkOf);
  // A header line each: some clients split one line at its commas, and a password may hold one.
  if (links.length > 0) reply.header('link', links);
  return reply
    .code(201)
    .header('location', `${url.split('?')[0]?.replace(/\/$/, '')}/${id}`)
    .header('etag', tagOf(id))
    .header('accept-patch', FRAGMENT)
    .type(SDP)
    .send(sdp);
}

/** The ICE session lives as long as the session itself, so one tag is enough. */
function tagOf(session: string): string {
  return `"${session}"`;
}

/**
 * RFC 9725 §4.3.1: candidates name the ICE session they are for, and `*` asks for a new one. Throws `E_SESSION_UNMATCHED`,
 * `E_SESSION_STALE`, `E_SESSION_RESTART`.
 */
export function mustMatch(ifMatch: string | undefined, session: string): void {
  if (ifMatch === undefined)
    throw failure('E_SESSION_UNMATCHED', 'Candidates came without If-Match, which names their ICE session');
  if (ifMatch.trim() === '*')
    throw failure('E_SESSION_RESTART', 'This ICE session cannot be restarted; it goes on as it is');
  // Compared strongly (RFC 9110 §13.1.1): a weak tag never matches.
  if (!ifMatch.split(',').some((tag) => tag.trim() === tagOf(session)))
    throw failure('E_SESSION_STALE', `If-Match is ${ifMatch.slice(0, 80)}, and the ICE session is another`);
}

/** Throws `E_HTTP_ACCEPT` where a client says that it does not take what it asks for. */
export function mustAcceptSdp(accept: string | undefined): void {
  if (accept === undefined) return;
  const takes = accept.split(',').some((range) => {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    return (
      [SDP, 'application/*', '*/*'].includes(type) && !parameters.some((each) => /^q=0(?:\.0*)?$/.test(each))
    );
  });
  if (!takes)
    throw failure('E_HTTP_ACCEPT', `The answer is ${SDP}, which "${accept.slice(0, 80)}" leaves out`);
}

/** RFC 8288. What no header can hold is left to GET /api/v1/ice-servers. */
function linkOf({ urls, username, credential }: IceServer): readonly string[] {
  const facts = [
    `<${urls}>; rel="ice-server"`,
    ...(username === undefined ? [] : [`username=${quoted(username)}`]),
    ...(credential === undefined ? [] : [`credential=${quoted(credential)}`, 'credential-type="password"']),
  ].join('; ');
  return /^[\x20-\x7e]*$/.test(facts) ? [facts] : [];
}

/** RFC 9110 §5.6.4. */
function quoted(text: string): string {
  return `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
}
