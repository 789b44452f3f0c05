// `npm start`: sets up, then becomes the command line in the same process, so that signals reach the daemon and not a shell.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root, runScript, setUp } from './setup.mjs';

await runScript(async () => {
  setUp();
  const cli = join(root, 'dist', 'src', 'cli.js');
  process.argv[1] = cli;
  await import(pathToFileURL(cli).href);
});
