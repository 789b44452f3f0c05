import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { JsonObject, JsonValue } from '../../../src/contract/json.ts';
import type { SessionEvent, SessionOffer } from '../../../src/contract/session.ts';
import type { Fault } from '../../../src/contract/status.ts';
import { DESK_ID, Sessions, type SessionsHost } from '../../../src/engine/sessions.ts';

/**
 * Stands for the engine and the WebRTC runner. It cannot show SDP, ICE, codecs or pictures: it keeps the books of hidden nodes and
 * plays the runner's part word by word.
 */
class Host implements SessionsHost<string> {
  readonly iceServers = [{ urls: 'stun:stun.example' }];
  readonly graph = new Map([
    ['in', { role: 'source', module: 'webrtc' }],
    ['file', { role: 'source', module: 'file' }],
    ['main', { role: 'stage', module: 'dream' }],
    ['out', { role: 'sink', module: 'webrtc' }],
  ]);
  readonly open_ = new Set<string>();
  readonly asked: { method: string; params: JsonObject }[] = [];
  readonly warnings: string[] = [];
  desks = 0;
  /** What the desk answers to an offer, beside the id. */
  answer: JsonObject = {};
  refusal: Error | null = null;
  #views = 0;

  openDesk(): string {
    this.desks += 1;
    return 'desk';
  }
  open(target: string): string {
    const node = `${target}#${(this.#views += 1)}`;
    this.open_.add(node);
    return node;
  }
  close(node: string): void {
    this.open_.delete(node);
  }
  async request(_node: string, method: string, params: JsonObject): Promise<JsonValue> {
    this.asked.push({ method, params });
    if (this.refusal !== null) throw this.refusal;
    if (method !== 'offer') return null;
    const { id, client, feeds } = params;
    const session = { id, client, state: 'connecting', views: ['main'], feeds, refused: [], info: {} };
    return { sdp: 'answer', session: { ...session, ...this.answer } } as JsonObject;
  }
  tell(_node: string, method: string, params: JsonObject): void {
    this.asked.push({ method, params });
  }
  node(id: string): { readonly role: string; readonly module: string } | null {
    return this.graph.get(id) ?? null;
  }
  log(_level: 'info' | 'warn', message: string): void {
    this.warnings.push(message);
  }
}

let host: Host;
let sessions: Sessions<string>;
let events: SessionEvent[];
beforeEach(() => {
  vi.useFakeTimers();
  host = new Host();
  sessions = new Sessions(host);
  events = [];
  sessions.subscribe((event) => events.push(event));
});
afterEach(() => vi.useRealTimers());

const offer = (more: Partial<SessionOffer> = {}): SessionOffer => ({
  sdp: 'offer',
  client: 'panel',
  views: ['main'],
  feeds: [],
  ...more,
});

const desk = (name: string, data: JsonObject = {}): boolean =>
  sessions.see({ type: 'node-event', node: DESK_ID, name, data });

/** Opens a session at a desk that works. */
async function opened(more: Partial<SessionOffer> = {}): Promise<string> {
  const answer = sessions.open(offer(more));
  desk('ready');
  return (await answer).id;
}

const lost = (more: Partial<Fault> = {}): void => {
  const fault = {
    node: DESK_ID,
    code: 'E_RUNNER_KILLED',
    message: 'It was ended by SIGKILL',
    remedy: null,
    at: 0,
    pid: 7,
    exitCode: null,
    signal: 'SIGKILL',
    log: [],
  };
  sessions.see({ type: 'fault', fault: { ...fault, ...more } });
};

const methods = (): string[] => host.asked.map(({ method }) => method);

describe('a peer that offers', () => {
  it('is answered once the desk works, which starts with the first one and serves all', async () => {
    const first = sessions.open(offer());
    await vi.advanceTimersByTimeAsync(1_000);
    expect([host.desks, host.asked]).toEqual([1, []]);
    desk('ready');
    expect((await first).sdp).toBe('answer');
    await sessions.open(offer({ client: 'scope' }));
    expect(host.desks).toBe(1);
    expect(sessions.reports().map(({ client }) => client)).toEqual(['panel', 'scope']);
    expect(events).toMatchObject([{ type: 'state' }, { type: 'state' }]);
  });

  it('sees a node through a hidden sink beside it, and a WebRTC sink of the graph directly', async () => {
    await opened({ views: ['main', 'out'] });
    expect([...host.open_]).toEqual(['main#1']);
    expect(host.asked[0]?.params['views']).toEqual([
      { node: 'main', port: '~view-main', matte: 'none' },
      { node: 'out', port: 'out', matte: 'none' },
    ]);
  });

  it('shares the hidden sink with others, and leaves it to them', async () => {
    const first = await opened();
    await opened();
    expect([...host.open_]).toEqual(['main#1']);
    desk('reports', { sessions: [{ id: first, state: 'closed', client: 'panel', views: [], feeds: [] }] });
    await vi.advanceTimersByTimeAsync(60_000);
    expect([...host.open_]).toEqual(['main#1']);
  });

  it.each([
    ['names a node that is not there', offer({ views: ['nobody'] }), 'E_GRAPH_UNKNOWN_NODE'],
    ['is too large', offer({ sdp: 'x'.repeat(70_000) }), 'E_SESSION_OFFER'],
  ])('is refused where it %s, and nothing is started for it', async (_why, wrong, code) => {
    await expect(sessions.open(wrong)).rejects.toMatchObject({ code });
    expect([host.desks, host.open_.size]).toEqual([0, 0]);
  });

  it('is refused where the desk refuses, and leaves no sink behind', async () => {
    host.refusal = new Error('no common codec');
    await expect(opened()).rejects.toThrow('no common codec');
    expect(host.warnings.join()).toContain('no common codec');
    expect(sessions.reports()).toEqual([]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(host.open_.size).toBe(0);
  });

  it('is refused beyond 64, those that are just coming counted', async () => {
    const coming = Array.from({ length: 64 }, () => sessions.open(offer()));
    await expect(sessions.open(offer())).rejects.toMatchObject({ code: 'E_SESSION_LIMIT' });
    desk('ready');
    await Promise.all(coming);
    await expect(sessions.open(offer())).rejects.toMatchObject({ code: 'E_SESSION_LIMIT' });
  });
});

describe('a peer that feeds', () => {
  it('is bound to the sources it may feed, and told why not to the others', async () => {
    await opened({ feeds: ['in', 'file', 'nobody'] });
    expect(host.asked[0]?.params['feeds']).toEqual(['in']);
    expect(sessions.reports()[0]).toMatchObject({
      feeds: ['in'],
      refused: [
        { node: 'file', reason: 'Node "file" is file and takes no picture from WebRTC' },
        { node: 'nobody', reason: 'There is no node "nobody" in the graph' },
      ],
    });
  });

  it('is told where another session has its source, and stays told in later reports', async () => {
    host.answer = { feeds: [], refused: [{ node: 'in', reason: 'Another session feeds it' }] };
    const id = await opened({ feeds: ['in', 'file'] });
    const told = [
      { node: 'file', reason: 'Node "file" is file and takes no picture from WebRTC' },
      { node: 'in', reason: 'Another session feeds it' },
    ];
    expect(sessions.reports()[0]?.refused).toEqual(told);
    const report = { id, state: 'connected', client: 'panel', views: [], feeds: [], refused: told };
    desk('reports', { sessions: [report] });
    expect(sessions.reports()[0]).toMatchObject({ state: 'connected', refused: told });
  });
});

describe('an open session', () => {
  it('passes candidates, text and its end on to the desk, and is over when the desk says so', async () => {
    const id = await opened();
    await sessions.addCandidates(id, [{ candidate: 'c', sdpMid: '0', sdpMLineIndex: 0 }]);
    sessions.send(id, 'parameters', '{}');
    await sessions.close(id);
    expect(methods()).toEqual(['offer', 'candidates', 'send', 'close']);
    desk('reports', { sessions: [{ id, state: 'closed', client: 'panel', info: { reason: 'bye' } }] });
    expect(sessions.reports()).toEqual([]);
    expect(events.at(-1)).toMatchObject({ type: 'state', session: { id, state: 'closed' } });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(host.open_.size).toBe(0);
  });

  it('is told of once a state, however often the desk reports it', async () => {
    const id = await opened();
    const report = { id, state: 'connected', client: 'panel', info: { rttMs: 4 } };
    for (let again = 0; again < 3; again += 1) desk('reports', { sessions: [report] });
    expect(events.map((event) => event.type === 'state' && event.session.state)).toEqual([
      'connecting',
      'connected',
    ]);
    expect(sessions.reports()[0]?.info).toEqual({ rttMs: 4 });
  });

  it('brings in the text of its channels, and when they open and close', async () => {
    const id = await opened();
    desk('channel', { id, channel: 'parameters', open: true });
    desk('messages', { messages: [{ id, channel: 'parameters', text: 'hello' }] });
    expect(events.slice(1)).toEqual([
      { type: 'channel', id, channel: 'parameters', open: true },
      { type: 'message', id, channel: 'parameters', text: 'hello' },
    ]);
  });

  it('of which nobody knows is a coded error; text to it is nobody’s', async () => {
    await expect(sessions.close('x')).rejects.toMatchObject({ code: 'E_SESSION_UNKNOWN' });
    await expect(sessions.addCandidates('x', [])).rejects.toMatchObject({ code: 'E_SESSION_UNKNOWN' });
    sessions.send('x', 'parameters', '{}');
    desk('reports', { sessions: [{ id: 'x', state: 'connected' }] });
    expect([host.asked, events]).toEqual([[], []]);
  });

  it('sees a node again that left the graph and came back', async () => {
    await opened();
    host.graph.delete('main');
    sessions.drop('main');
    sessions.see({ type: 'graph' });
    expect(host.open_.size).toBe(0);
    host.graph.set('main', { role: 'stage', module: 'dream' });
    sessions.see({ type: 'graph' });
    expect([...host.open_]).toEqual(['main#2']);
  });

  it('hears of everything though another listener fails', async () => {
    sessions = new Sessions(host);
    sessions.subscribe(() => {
      throw new Error('a mistake of the listener');
    });
    const heard: SessionEvent[] = [];
    const stop = sessions.subscribe((event) => heard.push(event));
    await opened();
    expect(heard).toHaveLength(1);
    expect(host.warnings.join()).toContain('a mistake of the listener');
    stop();
    await sessions.open(offer());
    expect(heard).toHaveLength(1);
  });
});

describe('a desk that is lost', () => {
  it('closes its sessions with the reason, and answers the next offer once it is back', async () => {
    await opened();
    lost();
    expect(sessions.reports()).toEqual([]);
    expect(events.at(-1)).toMatchObject({
      session: {
        state: 'closed',
        info: { reason: 'The WebRTC runner was lost: It was ended by SIGKILL', code: 'E_RUNNER_KILLED' },
      },
    });
    const next = sessions.open(offer());
    await vi.advanceTimersByTimeAsync(500);
    expect(methods()).toEqual(['offer']);
    desk('ready');
    expect((await next).sdp).toBe('answer');
    expect(host.desks).toBe(1);
  });

  it('by a death makes those who wait wait on: it comes back by itself', async () => {
    const waiting = sessions.open(offer());
    lost();
    desk('ready');
    expect((await waiting).sdp).toBe('answer');
  });

  it('because it cannot work says so at once to those who wait', async () => {
    const waiting = sessions.open(offer());
    lost({ code: 'E_ADAPTER_UNAVAILABLE', message: 'node-datachannel is missing', signal: null });
    await expect(waiting).rejects.toMatchObject({ message: 'node-datachannel is missing' });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(host.open_.size).toBe(0);
  });

  it('of another node is none', async () => {
    await opened();
    lost({ node: 'main' });
    expect(sessions.reports()).toHaveLength(1);
  });
});

describe('a desk that does not start', () => {
  it('is given up by who waits after ten seconds, and by nobody else', async () => {
    const early = sessions.open(offer());
    early.catch(() => undefined);
    await vi.advanceTimersByTimeAsync(9_000);
    const late = sessions.open(offer());
    await vi.advanceTimersByTimeAsync(1_000);
    await expect(early).rejects.toMatchObject({ code: 'E_SESSION_UNAVAILABLE' });
    desk('ready');
    expect((await late).sdp).toBe('answer');
  });
});

describe('the engine’s events', () => {
  it('are the sessions’ own only where they are the desk’s', () => {
    expect(desk('anything')).toBe(true);
    expect(sessions.see({ type: 'node-event', node: 'main', name: 'x', data: {} })).toBe(false);
    expect(sessions.see({ type: 'graph' })).toBe(false);
  });

  it('end with the daemon: no hidden sink stays', async () => {
    await opened();
    sessions.stop();
    expect(host.open_.size).toBe(0);
    expect(sessions.iceServers()).toEqual(host.iceServers);
  });
});
