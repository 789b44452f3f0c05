// `npm start`: sets up, then becomes the command line in the same process.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root, runScript, setUp } from './setup.mjs';

await runScript(async () => {
  setUp();
  endWithShell();
  const cli = join(root, 'dist', 'src', 'cli.js');
  process.argv[1] = cli;
  await import(pathToFileURL(cli).href);
});

/** npm runs scripts in a shell and signals only that shell, which dies of it and leaves its child behind: so the child looks. */
function endWithShell() {
  const shell = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
  }, 250);
  watch.unref();
}
