import type { FastifyBaseLogger } from 'fastify';
import { failure } from '../../contract/error.ts';
import type { JsonObject } from '../../contract/json.ts';
import { OSC_ROOT } from '../../contract/osc-form.ts';
import type { Access } from '../access/access.ts';
import { guardDoors } from '../access/doors.ts';
import { acceptSockets, createApp, listen } from '../app.ts';
import type { App } from '../dependencies.ts';
import { guardApp } from '../gate.ts';
import type { Names } from '../host-name.ts';
import { hostInfo, type OscQueryHost } from './host-info.ts';
import { Listeners, type ListenersDeps } from './listeners.ts';
import { attributes, nodeOf } from './node.ts';
import { treeAt } from './tree.ts';

export interface OscQueryDeps extends ListenersDeps {
  readonly host: () => OscQueryHost;
  readonly access: Access;
  readonly names: Names;
  readonly log: FastifyBaseLogger;
}

export interface OscQueryServer {
  readonly app: App;
  /** Answers the URL. Rejects with E_PORT_TAKEN or E_OPTION_INVALID naming the flag. */
  listen(where: { readonly host: string; readonly port: number }): Promise<string>;
  close(): Promise<void>;
}

const MOST_MESSAGE_BYTES = 4096;
const flags = { host: '--osc-query-host', port: '--osc-query-port' };

/**
 * OSCQuery (github.com/Vidvox/OSCQueryProposal): the parameters as a tree of OSC addresses by HTTP, and their values by WebSocket.
 * It has the doors of the HTTP server: strangers need the token, and foreign pages are refused.
 */
export async function createOscQuery(deps: OscQueryDeps): Promise<OscQueryServer> {
  const app = createApp(deps.log);
  const listeners = new Listeners(deps);
  await acceptSockets(app, MOST_MESSAGE_BYTES);
  guardApp(app, deps.names);
  // Who asks here is a program, and is not sent to a page where to sign in.
  app.addHook('onRequest', async ({ headers }) => {
    headers.accept = 'application/json';
  });
  guardDoors(app, deps.access);
  app.addHook('onClose', async () => listeners.close());
  app.route({
    method: 'GET',
    url: '/*',
    handler: async (request, reply) => {
      const answer = answerTo(request.url, deps);
      return answer === null
        ? reply.code(204).send()
        : reply.type('application/json; charset=utf-8').send(answer);
    },
    wsHandler: (socket) => listeners.open(socket),
  });
  await app.ready();
  return { app, listen: (where) => listen(app, where, flags), close: () => app.close() };
}

/** Null where the path has no such attribute. Throws E_HTTP_NOT_FOUND for an unknown path, E_HTTP_INVALID for an unknown attribute. */
function answerTo(url: string, deps: OscQueryDeps): JsonObject | null {
  const [written = '/', query = ''] = url.split('?', 2);
  if (query === 'HOST_INFO') return hostInfo(deps.host());
  const wanted = attributes.find((attribute) => attribute === query);
  if (query !== '' && wanted === undefined)
    throw failure(
      'E_HTTP_INVALID',
      `OSCQuery has no attribute "${query.slice(0, 80)}"; it has ${attributes.join(', ')}`,
    );
  const path = decoded(written);
  const node = wanted === undefined || wanted === 'CONTENTS' ? null : alone(path, deps);
  const found = node ?? treeAt(path, deps.show.parameters());
  if (found === null) throw failure('E_HTTP_NOT_FOUND', `There is no OSC address ${path.slice(0, 200)}`);
  if (wanted === undefined) return found;
  const value = found[wanted];
  return value === undefined ? null : { [wanted]: value };
}

/** One parameter, without the tree that is not asked for. */
function alone(path: string, { show }: OscQueryDeps): JsonObject | null {
  const parameter = path.startsWith(`${OSC_ROOT}/`) ? show.parameter(path.slice(OSC_ROOT.length)) : null;
  // A bare name finds a parameter, too, but is no path of its own.
  return parameter !== null && OSC_ROOT + parameter.address === path ? nodeOf(parameter) : null;
}

function decoded(path: string): string {
  const plain = path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
  try {
    return decodeURIComponent(plain);
  } catch {
    throw failure('E_HTTP_INVALID', 'The path holds a percent sign that stands for no character');
  }
}
