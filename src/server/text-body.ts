import type { App } from './dependencies.ts';

/** The largest show or collection of presets. Looking through so much text takes a few of the ten milliseconds there are. */
export const MAX_FILE_BYTES = 2 * 2 ** 20;

/**
 * Routes whose JSON body is handed on as the text it is, so that what is wrong with it can be named by its line. They live in
 * a scope of their own, since Fastify reads bodies one way in each.
 */
export function textRoutes(app: App, add: (scope: App) => void): void {
  void app.register(async (scope: App) => {
    scope.removeContentTypeParser('application/json');
    scope.addContentTypeParser(
      'application/json',
      { parseAs: 'string', bodyLimit: MAX_FILE_BYTES },
      (_request, body, done) => done(null, body.toString()),
    );
    add(scope);
  });
}
