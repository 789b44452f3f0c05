import { argv } from 'node:process';

// Entry of a throw-away process: loads one package, whose native code may not fit this machine, and says how that went.
const [, , name = ''] = argv;
try {
  await import(name);
  console.log(JSON.stringify({ ok: true }));
} catch (error) {
  console.log(JSON.stringify({ ok: false, reason: error instanceof Error ? error.message : String(error) }));
}
process.exit(0);
