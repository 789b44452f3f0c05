import type { ServerResponse } from 'node:http';
import type { FastifyError, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import type { ErrorReport } from '../contract/error.ts';
import { failure, ReverieError, reportOf } from '../contract/error.ts';
import type { App } from './dependencies.ts';
import type { ErrorBody } from './schema/error.ts';
import type { ErrorCode } from '../contract/error.ts';
import { MAX_BODY_BYTES } from './json-body.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Code for a body that does not fit the route's schema; E_HTTP_INVALID unless the route has a better one. */
    invalid?: ErrorCode;
  }
}

/** The one shape in which the server says no. */
export function errorBodyOf(report: ErrorReport): ErrorBody {
  const { code, message, remedy, details } = report;
  const error = {
    code,
    message,
    ...(remedy === null ? {} : { remedy }),
    ...(details === null ? {} : { details }),
  };
  return { error, detail: message };
}

export function answerFailures(app: App): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const known = asReverieError(error, request);
    if (known.status >= 500 && !(error instanceof ReverieError))
      request.log.error({ err: error }, 'A request failed');
    return reply.code(known.status).send(errorBodyOf(reportOf(known)));
  });
  const methodsOf = rememberRoutes(app);
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?')[0] ?? '/';
    const methods = methodsOf(path);
    if (methods.length === 0) throw failure('E_HTTP_NOT_FOUND', `There is no ${request.method} ${path}`);
    reply.header('allow', methods.join(', '));
    throw failure('E_HTTP_METHOD', `${path} takes ${methods.join(', ')}, not ${request.method}`);
  });
}

function asReverieError(error: FastifyError, request: FastifyRequest): ReverieError {
  if (error instanceof ReverieError) return error;
  if (hasZodFastifySchemaValidationErrors(error)) return invalidField(error, request);
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE': {
      const limitBytes = request.routeOptions.bodyLimit ?? MAX_BODY_BYTES;
      return failure('E_HTTP_TOO_LARGE', `The body is larger than ${limitBytes} bytes`, { limitBytes });
    }
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return failure(
        'E_HTTP_MEDIA_TYPE',
        `Content-type "${request.headers['content-type'] ?? ''}" is not taken here`,
      );
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return failure('E_HTTP_BODY', 'The body is not as long as its content-length says');
    default:
      return error.statusCode !== undefined && error.statusCode < 500
        ? failure('E_HTTP_INVALID', error.message)
        : failure('E_INTERNAL', 'The request failed; the log has the reason', null, error);
  }
}

type InvalidRequest = Parameters<typeof describeIssue>[0];

function invalidField(
  error: FastifyError & { validation: InvalidRequest[] },
  request: FastifyRequest,
): ReverieError {
  const issues = error.validation.slice(0, 20).map(describeIssue);
  const where = error.validationContext ?? 'body';
  const code =
    where === 'body' ? (request.routeOptions.config.invalid ?? 'E_HTTP_INVALID') : 'E_HTTP_INVALID';
  const first = issues[0] ?? { field: '', problem: error.message };
  const place = first.field === '' ? `The ${where}` : `Field "${first.field}" of the ${where}`;
  return failure(code, `${place}: ${first.problem}`, { in: where, issues });
}

function describeIssue(issue: { instancePath: string; message?: string | undefined }): {
  field: string;
  problem: string;
} {
  return {
    field: issue.instancePath.replace(/^\//, '').replaceAll('/', '.'),
    problem: issue.message ?? 'not valid',
  };
}

// Fastify answers 404 for a known path with another method; this remembers what each path takes, so that we can say it.
function rememberRoutes(app: App): (path: string) => string[] {
  const routes: { pattern: RegExp; methods: readonly string[] }[] = [];
  app.addHook('onRoute', (route) => {
    if (route.url.includes('*')) return;
    const pattern = new RegExp(`^${route.url.replaceAll('.', '\\.').replace(/:[a-z]+/gi, '[^/]+')}$`);
    routes.push({ pattern, methods: [route.method].flat() });
  });
  return (path) => [
    ...new Set(routes.filter((route) => route.pattern.test(path)).flatMap((route) => route.methods)),
  ];
}

/** Answers a request that the router could not read (a bad percent-escape in its path). */
export function answerRaw(response: ServerResponse, message: string): void {
  const report = reportOf(failure('E_HTTP_INVALID', message));
  response.writeHead(400, {
    'content-type': 'application/json; charset=utf-8',
    'x-content-type-options': 'nosniff',
  });
  response.end(JSON.stringify(errorBodyOf(report)));
}

/** The answer to bytes that are no HTTP, for a socket that has no response object. */
export function rawRefusal(message: string): string {
  const body = JSON.stringify(errorBodyOf(reportOf(failure('E_HTTP_INVALID', message))));
  const head = [
    'HTTP/1.1 400 Bad Request',
    'content-type: application/json; charset=utf-8',
    'connection: close',
  ];
  return [...head, `content-length: ${Buffer.byteLength(body)}`, '', body].join('\r\n');
}
