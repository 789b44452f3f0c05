// The one-way rule of the house: which room may import which, and which room holds the door to each native package.
// tests/architecture plants a breach of every rule here and checks that it is caught.
const ours = '^(src|adapters|pipelines|panel|tests|bench|scripts)/';
const npm = (name) => `(^|node_modules/)${name}(/|$)`;

/** A room and what it may import of ours beside itself. */
const rooms = [
  { room: 'contract', may: [] },
  { room: 'protocols', may: ['contract'] },
  { room: 'engine', may: ['contract', 'protocols'] },
  { room: 'show', may: ['contract', 'protocols'] },
  { room: 'runner', may: ['contract', 'protocols'] },
  { room: 'inference', may: ['contract', 'protocols'] },
  { room: 'codec', may: ['contract', 'protocols'] },
  { room: 'log', may: ['contract'] },
  { room: 'server', may: ['contract', 'protocols'] },
  { room: 'testing', may: ['contract'] },
];

/** Native packages and the only places that may import them. */
const doors = [
  { name: 'onnxruntime-node', only: ['^src/inference/'] },
  { name: 'node-av', only: ['^src/codec/'] },
  { name: 'node-datachannel', only: ['^adapters/webrtc/'] },
  { name: '@julusian/midi', only: ['^adapters/midi/'] },
  { name: '@napi-rs/canvas', only: ['^adapters/(stills|test-pattern)/'] },
  // An adapter that binds a C library of its user's machine does so by koffi; its descriptor never does.
  {
    name: 'koffi',
    only: [
      '^src/engine/memory/',
      '^src/runner/mapping\\.ts$',
      '^src/engine/hardware/',
      '^adapters/[^/]+/(?!index\\.ts$)',
    ],
  },
];

const error = (name, comment, from, to) => ({ name, severity: 'error', comment, from, to });

/** Adapters and pipelines are islands; `index.ts` describes and knows its code only by a dynamic import of `run.ts`. */
function islandRules(folder, may) {
  const descriptor = `^${folder}/([^/]+)/index\\.ts$`;
  const rest = { path: `^${folder}/([^/]+)/`, pathNot: [`^${folder}/[^/]+/index\\.ts$`] };
  return [
    error(
      `${folder}-descriptor-imports-contract-only`,
      "Listing what is installed must run nobody's code.",
      { path: descriptor },
      {
        path: ours,
        pathNot: ['^src/contract/', `^${folder}/$1/run\\.ts$`],
      },
    ),
    error(
      `${folder}-descriptor-loads-run-dynamically`,
      'A static import would load the code with the descriptor.',
      { path: descriptor },
      {
        path: `^${folder}/$1/run\\.ts$`,
        dynamic: false,
      },
    ),
    error(
      `${folder}-are-islands`,
      `What a folder of ${folder} may know: ${may.join(', ')} and itself.`,
      rest,
      {
        path: ours,
        pathNot: [...may.map((room) => `^src/${room}/`), `^${folder}/$1/`],
      },
    ),
  ];
}

module.exports = {
  forbidden: [
    ...rooms.map(({ room, may }) =>
      error(
        `${room}-imports-only-what-it-may`,
        `${room} may import ${['itself', ...may].join(', ')}.`,
        { path: `^src/${room}/` },
        {
          path: ours,
          pathNot: [room, ...may].map((name) => `^src/${name}/`),
        },
      ),
    ),
    error(
      'wire-formats-do-no-io',
      'contract and protocols say what is said; who opens a socket or a file for it is above. Of node:net they know what an address is.',
      { path: '^src/(contract|protocols)/' },
      { dependencyTypes: ['core'], pathNot: ['^(node:)?(buffer|crypto|net|util)$'] },
    ),
    ...islandRules('adapters', ['contract', 'protocols', 'codec']),
    ...islandRules('pipelines', ['contract', 'inference']),
    error(
      'client-imports-types-of-the-contract',
      'It runs in pages and programs: what it shares with the daemon is what they say to each other.',
      { path: '^src/client/' },
      { path: ours, pathNot: ['^src/client/', '^src/contract/'] },
    ),
    error(
      'client-runs-nothing-of-the-daemon',
      'A value of the contract would bring zod into pages; a package would bring anything.',
      { path: '^src/client/' },
      { pathNot: ['^src/client/'], dependencyTypesNot: ['type-only'] },
    ),
    error(
      'panel-takes-types-of-the-contract',
      'The page is built apart from the daemon: what it shares is what they say to each other, and the client that says it.',
      { path: '^panel/' },
      { path: '^(src|adapters|pipelines|tests|bench|scripts)/', pathNot: ['^src/(contract|client)/'] },
    ),
    error(
      'panel-runs-nothing-of-the-daemon',
      'A value of the contract would bring zod into the page.',
      { path: '^panel/' },
      { path: '^src/', pathNot: ['^src/client/'], dependencyTypesNot: ['type-only'] },
    ),
    error(
      'options-know-nobody',
      'The table is read by command line, daemon and docs alike.',
      { path: '^src/options\\.ts$' },
      { path: ours },
    ),
    error(
      'nothing-ships-tests',
      'What is built must not need tests, benches or scripts.',
      { path: '^(src|adapters|pipelines)/' },
      {
        path: '^(tests|bench|scripts)/',
      },
    ),
    ...doors.map(({ name, only }) =>
      error(
        `door-of-${name.replace(/^.*\//, '')}`,
        `Only ${only.join(', ')} may import ${name}.`,
        { path: ours, pathNot: [...only, '^(tests|bench)/'] },
        {
          path: npm(name),
        },
      ),
    ),
    error('no-cycles', 'Files in a circle cannot be read one after another.', {}, { circular: true }),
    error(
      'no-dev-dependencies',
      'A user installs without development packages.',
      { path: '^(src|adapters|pipelines)/' },
      {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
        dependencyTypesNot: ['type-only'],
      },
    ),
    error('everything-resolves', 'An import that leads nowhere.', {}, { couldNotResolve: true }),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
    tsConfig: { fileName: 'tsconfig.json' },
    // Type-only imports count: a type is knowledge too.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
    progress: { type: 'none' },
  },
};
