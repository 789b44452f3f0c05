import { failure } from '../contract/error.ts';
import type { App } from './dependencies.ts';
import { rawRefusal } from './failures.ts';

/**
 * Ends the connection of whoever dribbles the body of a request: it must be there within `limitMs`, and of an upload, which may take
 * longer, something must come that often. (Node's own limit counts for all requests alike.) Headers are bounded by `headersTimeout`.
 */
export function boundRequests(app: App, limitMs: number): void {
  app.addHook('onRequest', async (request) => {
    const { raw, socket } = request;
    if (raw.complete || request.headers['content-length'] === '0') return;
    if (request.headers['content-length'] === undefined && request.headers['transfer-encoding'] === undefined)
      return;
    const end = (): void => {
      const { message } = failure('E_HTTP_INVALID', `The body did not come within ${limitMs / 1000} s`);
      if (socket.writable) socket.end(rawRefusal(message), () => raw.destroy());
      else raw.destroy();
    };
    if (request.routeOptions.config.upload === true) {
      socket.setTimeout(limitMs, end);
      raw.once('close', () => socket.setTimeout(0, end));
    } else {
      const timer = setTimeout(end, limitMs);
      const done = (): void => clearTimeout(timer);
      raw.once('end', done).once('close', done);
    }
  });
}
