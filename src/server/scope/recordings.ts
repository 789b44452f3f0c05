import { basename } from 'node:path';
import { z } from 'zod';
import { failure } from '../../contract/error.ts';
import type { App, ServerDependencies } from '../dependencies.ts';
import { sendRecording } from '../recording-file.ts';
import { errorBody, refused } from '../schema/error.ts';

const tags = ["Scope's dialect"];
const params = z.object({ sid: z.string().max(100).describe('A WebRTC session') });
const querystring = z.object({
  node_id: z
    .string()
    .max(100)
    .exactOptional()
    .describe("A node of the graph; any other, as Scope's own recorders, records what the session sees"),
});
const unknown = { 404: errorBody.describe('`E_SESSION_UNKNOWN`, `E_RECORDING_UNKNOWN`'), ...refused };

/** Takes that sessions of the dialect began, by session and node. Their files stay when the session ends. */
class SessionTakes {
  readonly #deps: Pick<ServerDependencies, 'recordings' | 'sessions' | 'engine'>;
  readonly #takes = new Map<string, string>();
  readonly #unsubscribe: () => void;

  constructor(deps: Pick<ServerDependencies, 'recordings' | 'sessions' | 'engine'>) {
    this.#deps = deps;
    this.#unsubscribe = deps.sessions.subscribe((event) => {
      if (event.type === 'state' && event.session.state === 'closed') this.#left(event.session.id);
    });
  }

  async start(sid: string, node: string | undefined): Promise<'started' | 'already_recording'> {
    const seen = this.#seenBy(sid);
    if (this.#running(keyOf(sid, node))) return 'already_recording';
    const named = this.#deps.engine.status().nodes.some(({ id }) => id === node) ? node : seen;
    const { id } = await this.#deps.recordings.start(named === undefined ? {} : { node: named });
    this.#takes.set(keyOf(sid, node), id);
    return 'started';
  }

  async stop(sid: string, node: string | undefined): Promise<'stopped' | 'not_recording'> {
    const take = this.#takes.get(keyOf(sid, node));
    if (take === undefined) {
      this.#seenBy(sid);
      return 'not_recording';
    }
    if (this.#running(keyOf(sid, node))) await this.#deps.recordings.stop(take);
    return 'stopped';
  }

  /** Path of the last file, finished. Scope's page asks for the file before it says stop. */
  async file(sid: string, node: string | undefined): Promise<string> {
    const id = this.#takes.get(keyOf(sid, node));
    await this.stop(sid, node);
    const take = this.#deps.recordings.state().takes.find((each) => each.id === id);
    const name = take?.files.at(-1);
    if (name === undefined) throw failure('E_RECORDING_UNKNOWN', 'This session has recorded nothing');
    return this.#deps.recordings.content(name);
  }

  close(): void {
    this.#unsubscribe();
  }

  #running(key: string): boolean {
    const take = this.#takes.get(key);
    return this.#deps.recordings.state().takes.some(({ id, state }) => id === take && state !== 'stopped');
  }

  /** What the session looks at first; undefined where it looks at nothing. Throws where there is no such session. */
  #seenBy(sid: string): string | undefined {
    const session = this.#deps.sessions.reports().find(({ id }) => id === sid);
    if (session === undefined)
      throw failure('E_SESSION_UNKNOWN', `There is no WebRTC session "${sid.slice(0, 64)}"`);
    return session.views[0];
  }

  /** Who could stop it is gone: the file is finished, and stays. */
  #left(sid: string): void {
    for (const key of this.#takes.keys()) {
      const take = this.#takes.get(key);
      if (!key.startsWith(`${sid} `) || take === undefined) continue;
      if (this.#running(key)) this.#deps.recordings.stop(take).catch(() => undefined);
    }
  }
}

function keyOf(sid: string, node: string | undefined): string {
  return `${sid} ${node ?? ''}`;
}

export function scopeRecordingRoutes(app: App, deps: ServerDependencies): void {
  const takes = new SessionTakes(deps);
  app.addHook('onClose', async () => takes.close());
  app.post(
    '/recordings/:sid/start',
    {
      schema: {
        tags,
        summary: 'Records what a session sees',
        params,
        querystring,
        response: { 200: z.object({ status: z.enum(['started', 'already_recording']) }), ...unknown },
      },
    },
    async ({ params: { sid }, query }) => ({ status: await takes.start(sid, query.node_id) }),
  );
  app.post(
    '/recordings/:sid/stop',
    {
      schema: {
        tags,
        summary: 'Ends it; the file stays among the recordings',
        params,
        querystring,
        response: { 200: z.object({ status: z.enum(['stopped', 'not_recording']) }), ...unknown },
      },
    },
    async ({ params: { sid }, query }) => ({ status: await takes.stop(sid, query.node_id) }),
  );
  const content = { 'video/mp4': { schema: { type: 'string', format: 'binary' } } };
  app.get(
    '/recordings/:sid',
    {
      schema: {
        tags,
        summary: 'Ends it, and answers the file',
        params,
        querystring,
        response: { 200: { description: 'The recording', content }, ...unknown },
      },
    },
    async (request, reply) => {
      const path = await takes.file(request.params.sid, request.query.node_id);
      return sendRecording(request, reply, path, basename(path));
    },
  );
}
