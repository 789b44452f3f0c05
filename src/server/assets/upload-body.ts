import type { FastifyRequest } from 'fastify';
import type { App } from '../dependencies.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Its body may take any time to come, as long as it comes. */
    upload?: boolean;
  }
}

/**
 * Routes whose body is handed on as the stream it is, of whatever content-type. They live in a scope of their own, since Fastify
 * reads bodies one way in each.
 */
export function uploadRoutes(app: App, add: (scope: App) => void): void {
  void app.register(async (scope: App) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _body, done) => done(null));
    add(scope);
  });
}

/** Bytes that the sender announced; null where it did not. */
export function uploadSize({ headers }: FastifyRequest): number | null {
  const length = headers['content-length'];
  return length === undefined ? null : Number(length);
}
