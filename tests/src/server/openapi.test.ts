import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { createServer, type Server } from '../../../src/server/server.ts';
import { house } from './doubles.ts';
import { tempFolder } from '../../support/temp-folder.ts';

interface Operation {
  readonly summary?: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required: boolean }[];
  readonly requestBody?: { readonly content: Record<string, { readonly schema: object }> };
  readonly responses: Record<string, { readonly content?: Record<string, { readonly schema: object }> }>;
}
interface Document {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly schemas: Record<string, object> };
}

let panelDir: string;
let server: Server;
let document: Document;

beforeAll(async () => {
  panelDir = tempFolder('panel');
  server = await createServer(house(panelDir));
  document = (await server.fastify.inject('/openapi.json')).json();
});

afterAll(async () => {
  await server.close();
});

/** The schema of an answer as the document gives it, strict: an answer may hold nothing that it does not name. */
function schemaOf(path: string, method: string, status: number): z.ZodType {
  const schema = document.paths[path]?.[method]?.responses[status]?.content?.['application/json']?.schema;
  if (schema === undefined) throw new Error(`${method} ${path} does not document ${status}`);
  const whole = { ...schema, $defs: document.components.schemas };
  const text = JSON.stringify(whole).replaceAll('#/components/schemas/', '#/$defs/');
  return z.fromJSONSchema(JSON.parse(text));
}

it('is OpenAPI 3.1 and holds every route of the API', () => {
  expect(document.openapi).toBe('3.1.0');
  const listed = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method} ${path}`),
  );
  expect(listed.sort()).toEqual([
    'delete /api/v1/bindings/learn',
    'delete /api/v1/bindings/{id}',
    'delete /api/v1/cues/{id}',
    'delete /api/v1/files/{name}',
    'delete /api/v1/obs/rules/{id}',
    'delete /api/v1/obs/setup',
    'delete /api/v1/presets/{id}',
    'delete /api/v1/recordings/files/{name}',
    'delete /api/v1/schedule',
    'delete /api/v1/schedule/{id}',
    'delete /api/v1/shows/{name}',
    'delete /api/v1/webrtc/offer/{id}',
    'delete /whep/{node}/{session}',
    'delete /whip/{node}/{session}',
    'get /api/v1/access',
    'get /api/v1/activity',
    'get /api/v1/adapters',
    'get /api/v1/assets',
    'get /api/v1/assets/{name}',
    'get /api/v1/bindings',
    'get /api/v1/bindings/learn',
    'get /api/v1/bindings/map',
    'get /api/v1/bindings/{id}',
    'get /api/v1/catalog',
    'get /api/v1/cues',
    'get /api/v1/endpoints',
    'get /api/v1/endpoints/thumbnail',
    'get /api/v1/files',
    'get /api/v1/files/{name}',
    'get /api/v1/frame',
    'get /api/v1/graph',
    'get /api/v1/hardware',
    'get /api/v1/hardware/info',
    'get /api/v1/ice-servers',
    'get /api/v1/input-sources',
    'get /api/v1/input-sources/{type}/sources',
    'get /api/v1/input-sources/{type}/sources/{id}/resolution',
    'get /api/v1/input-sources/{type}/sources/{id}/stream',
    'get /api/v1/logs',
    'get /api/v1/logs/tail',
    'get /api/v1/modulations',
    'get /api/v1/nodes/definitions',
    'get /api/v1/nodes/{id}',
    'get /api/v1/obs',
    'get /api/v1/onboarding/status',
    'get /api/v1/osc',
    'get /api/v1/osc/status',
    'get /api/v1/parameters',
    'get /api/v1/pipeline/status',
    'get /api/v1/pipelines/schemas',
    'get /api/v1/presets',
    'get /api/v1/presets/export',
    'get /api/v1/presets/{id}',
    'get /api/v1/presets/{id}/thumbnail',
    'get /api/v1/preview',
    'get /api/v1/recordings',
    'get /api/v1/recordings/files/{name}',
    'get /api/v1/recordings/{sid}',
    'get /api/v1/schedule',
    'get /api/v1/sessions',
    'get /api/v1/shows',
    'get /api/v1/shows/current',
    'get /api/v1/shows/{name}',
    'get /api/v1/stats',
    'get /api/v1/status',
    'get /api/v1/tempo',
    'get /api/v1/tempo/sources',
    'get /api/v1/tempo/status',
    'get /api/v1/timeline',
    'get /api/v1/timeline/state',
    'get /api/v1/touchdesigner',
    'get /api/v1/webrtc/ice-servers',
    'get /api/v1/ws',
    'get /api/v1/ws/schema',
    'get /health',
    'get /metrics',
    'get /stream/{node}.mjpeg',
    'get /stream/{node}.ts',
    'get /touchdesigner/install.py',
    'options /whep/{node}',
    'options /whep/{node}/{session}',
    'options /whip/{node}',
    'options /whip/{node}/{session}',
    'patch /api/v1/bindings/{id}',
    'patch /api/v1/cues/{id}',
    'patch /api/v1/files/{name}',
    'patch /api/v1/graph',
    'patch /api/v1/modulations',
    'patch /api/v1/parameters',
    'patch /api/v1/presets/{id}',
    'patch /api/v1/recordings/files/{name}',
    'patch /api/v1/timeline',
    'patch /api/v1/webrtc/offer/{id}',
    'patch /whep/{node}/{session}',
    'patch /whip/{node}/{session}',
    'post /api/v1/access/invitations',
    'post /api/v1/assets',
    'post /api/v1/bindings',
    'post /api/v1/bindings/learn',
    'post /api/v1/bindings/learn/answer',
    'post /api/v1/bindings/map',
    'post /api/v1/catalog/rescan',
    'post /api/v1/commands',
    'post /api/v1/cues',
    'post /api/v1/files',
    'post /api/v1/nodes/{id}/reload',
    'post /api/v1/obs/setup',
    'post /api/v1/pipeline/load',
    'post /api/v1/presets',
    'post /api/v1/presets/import',
    'post /api/v1/presets/{id}/copy',
    'post /api/v1/recordings',
    'post /api/v1/recordings/replay/save',
    'post /api/v1/recordings/still',
    'post /api/v1/recordings/takes/{id}/stop',
    'post /api/v1/recordings/{sid}/start',
    'post /api/v1/recordings/{sid}/stop',
    'post /api/v1/shows',
    'post /api/v1/shows/{name}/open',
    'post /api/v1/stats/reset',
    'post /api/v1/tempo/disable',
    'post /api/v1/tempo/enable',
    'post /api/v1/tempo/set_tempo',
    'post /api/v1/timeline/import',
    'post /api/v1/timeline/undo',
    'post /api/v1/webrtc/offer',
    'post /sign-in',
    'post /sign-out',
    'post /whep/{node}',
    'post /whip/{node}',
    'put /api/v1/bindings',
    'put /api/v1/cues',
    'put /api/v1/graph',
    'put /api/v1/nodes/{id}/endpoint',
    'put /api/v1/obs/rules',
    'put /api/v1/obs/rules/{id}',
    'put /api/v1/presets/order',
    'put /api/v1/presets/{id}',
    'put /api/v1/recordings/replay',
    'put /api/v1/shows/current',
    'put /api/v1/timeline',
  ]);
  for (const path of Object.keys(document.paths)) {
    const url = path.replaceAll(/\{(\w+)\}/g, ':$1');
    for (const method of Object.keys(document.paths[path] ?? {})) {
      expect(server.fastify.hasRoute({ url, method: method.toUpperCase() })).toBe(true);
    }
  }
});

/** What is not part of the API: the description itself, the sign-in page and the files of the panel. */
const pages = new Set(
  ['openapi.json', 'sign-in', 'sign-in.css', 'sign-in.js', 'osc', 'osc.css', 'osc.js']
    .concat('obs/dock', 'obs/output', 'obs/output.css', 'obs/output.js')
    .map((path) => `get /${path}`)
    .concat('get *'),
);

it('leaves out no route of the API that the server answers', () => {
  const described = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`),
  );
  const answered = routesIn(server.fastify.printRoutes({ commonPrefix: false }));
  expect(answered.length).toBeGreaterThan(40);
  expect(answered.filter((route) => !pages.has(route)).sort()).toEqual(described.sort());
});

/** `get /path` for each route in Fastify's drawing of its tree, in which four characters are a level. */
function routesIn(tree: string): string[] {
  const above: string[] = [];
  return tree.split('\n').flatMap((line) => {
    const found = /^((?:│ {3}| {4})*)[├└]── (\S+) \(([^)]+)\)/.exec(line);
    if (found === null) return [];
    const [, indent = '', part = '', methods = ''] = found;
    const depth = indent.length / 4;
    above.length = depth;
    above[depth] = `${above[depth - 1] ?? ''}${part}`;
    return methods
      .split(', ')
      .filter((method) => method !== 'HEAD')
      .map((method) => `${method.toLowerCase()} ${above[depth]}`);
  });
}

it('says of every operation what it does and how it refuses', () => {
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      expect(operation.summary, `${method} ${path}`).toBeTruthy();
      const refusal = operation.responses[403]?.content?.['application/json']?.schema;
      expect(refusal, `${method} ${path}`).toEqual(
        expect.objectContaining({ $ref: '#/components/schemas/Error' }),
      );
    }
  }
});

it('is sent once to a client that keeps it', async () => {
  const first = await server.fastify.inject('/openapi.json');
  expect([first.statusCode, first.headers['content-type']]).toEqual([200, 'application/json; charset=utf-8']);
  const headers = { 'if-none-match': String(first.headers.etag) };
  const again = await server.fastify.inject({ url: '/openapi.json', headers });
  expect([again.statusCode, again.body]).toEqual([304, '']);
  expect((await server.fastify.inject('/openapi.json')).body).toBe(first.body);
});

it('names the parameters of paths and queries', () => {
  expect(document.paths['/api/v1/nodes/{id}']?.['get']?.parameters).toEqual([
    { name: 'id', in: 'path', required: true, schema: { type: 'string' } },
  ]);
  const frame = document.paths['/api/v1/frame']?.['get']?.parameters ?? [];
  expect(frame.map(({ name }) => name)).toEqual(['node', 'format', 'size', 'quality']);
  expect(frame.every(({ required }) => !required)).toBe(true);
});

it('refers only to what it holds', () => {
  const names = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map((match) => match[1] ?? '');
  expect(names.length).toBeGreaterThan(20);
  for (const name of new Set(names)) {
    expect(name).toMatch(/^#\/components\/schemas\/\w+$/);
    expect(document.components.schemas).toHaveProperty(name.replace('#/components/schemas/', ''));
  }
});

it('describes bodies, the free JSON inside them included', () => {
  const body = (path: string, method: string) =>
    document.paths[path]?.[method]?.requestBody?.content['application/json']?.schema;
  expect(JSON.stringify(body('/api/v1/commands', 'post'))).toContain(
    '"$ref":"#/components/schemas/JsonValue"',
  );
  expect(body('/api/v1/parameters', 'patch')).toMatchObject({ type: 'object' });
});

it.each([
  ['/health', 'get', 200, null],
  ['/api/v1/catalog', 'get', 200, null],
  ['/api/v1/catalog/rescan', 'post', 200, null],
  ['/api/v1/hardware', 'get', 200, null],
  ['/api/v1/adapters', 'get', 200, null],
  ['/api/v1/graph', 'get', 200, null],
  ['/api/v1/status', 'get', 200, null],
  ['/api/v1/logs', 'get', 200, null],
  ['/api/v1/access', 'get', 200, null],
  ['/api/v1/access/invitations', 'post', 201, null],
  ['/api/v1/stats', 'get', 200, null],
  ['/api/v1/parameters', 'get', 200, null],
  ['/api/v1/tempo', 'get', 200, null],
  ['/api/v1/schedule', 'get', 200, null],
  ['/api/v1/modulations', 'get', 200, null],
  ['/api/v1/tempo/status', 'get', 200, null],
  ['/api/v1/tempo/sources', 'get', 200, null],
  ['/api/v1/parameters', 'patch', 200, { '/main/strength': 0.4, '/main/none': 1 }],
  ['/api/v1/parameters', 'patch', 422, { '/main/strength': 9 }],
  ['/api/v1/graph', 'patch', 200, { nodes: [{ id: 'main', rateHz: 12 }] }],
  ['/api/v1/graph', 'patch', 422, { removeNodes: ['nobody'] }],
  ['/api/v1/commands', 'post', 200, { commands: [{ kind: 'trigger', address: '/main/burst' }] }],
  ['/api/v1/commands', 'post', 422, { commands: [{ kind: 'set', address: '/main/strength', value: 9 }] }],
  ['/api/v1/nodes/{id}/reload', 'post', 200, null],
  ['/api/v1/nodes/{id}', 'get', 200, null],
] as const)('%s answers as it is described (%s, %i)', async (path, method, status, body) => {
  const payload =
    body === null ? {} : { payload: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
  const response = await server.fastify.inject({ method, url: path.replace('{id}', 'main'), ...payload });
  expect(response.statusCode).toBe(status);
  const checked = schemaOf(path, method, status).safeParse(response.json());
  expect(checked.error?.issues ?? []).toEqual([]);
  expect(checked.data).toEqual(response.json());
});

it('would notice an answer that is not as described', () => {
  const schema = schemaOf('/health', 'get', 200);
  expect(
    schema.safeParse({ status: 'ok', version: '1', uptimeSeconds: 'long', state: 'live', nodes: {} }).success,
  ).toBe(false);
});
