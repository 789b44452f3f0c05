import fc from 'fast-check';

// A change is judged by the same cases as the one before it; new ones are looked for wherever people work.
if (process.env['CI'] === 'true') fc.configureGlobal({ seed: 20_261_121 });
