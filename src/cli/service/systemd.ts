import { join } from 'node:path';
import { startWords, type Command, type ServiceFacts, type ServicePlan } from './plan.ts';

const unit = 'reverie.service';

/** A unit of the person who installs it, which needs no rights of an administrator. */
export function systemdUserPlan(facts: ServiceFacts): ServicePlan {
  return plan(facts, {
    what: 'systemd unit of this user',
    folder: join(facts.configHome, 'systemd', 'user'),
    words: ['--user'],
    section: [],
    unitLines: [],
    wantedBy: 'default.target',
    notes: ['It starts when you log in. To have it start with the machine: loginctl enable-linger'],
  });
}

/**
 * A unit of the machine, which starts before anybody logs in. It gets what a show needs and no more: GPU and cameras stay
 * visible, code can be compiled at run time (V8 and ONNX Runtime do), the system's own folders cannot be written to.
 */
export function systemdSystemPlan(facts: ServiceFacts): ServicePlan {
  return plan(facts, {
    what: 'systemd unit of this machine',
    folder: '/etc/systemd/system',
    words: [],
    section: [
      ...(facts.user === null ? [] : [`User=${facts.user}`]),
      'ProtectSystem=full',
      'ProtectKernelTunables=yes',
      'ProtectKernelModules=yes',
      'ProtectControlGroups=yes',
      'RestrictSUIDSGID=yes',
      'LockPersonality=yes',
      'CapabilityBoundingSet=',
    ],
    unitLines: ['Wants=network-online.target', 'After=network-online.target'],
    wantedBy: 'multi-user.target',
    notes: [],
  });
}

interface Variant {
  readonly what: string;
  readonly folder: string;
  readonly words: readonly string[];
  readonly section: readonly string[];
  readonly unitLines: readonly string[];
  readonly wantedBy: string;
  readonly notes: readonly string[];
}

function plan(facts: ServiceFacts, variant: Variant): ServicePlan {
  const systemctl = (...words: string[]): Command => ({
    file: 'systemctl',
    words: [...variant.words, ...words],
  });
  return {
    what: variant.what,
    path: join(variant.folder, unit),
    content: unitText(facts, variant),
    encoding: 'utf8',
    before: [],
    // `restart` and not only `enable --now`: a unit that is installed again has changed.
    install: [systemctl('daemon-reload'), systemctl('enable', unit), systemctl('restart', unit)],
    remove: [systemctl('disable', '--now', unit), systemctl('daemon-reload')],
    status: systemctl('status', '--no-pager', '--lines=0', unit),
    notes: [...variant.notes, 'Its log: reverie logs --follow'],
  };
}

/** systemd.service(5). The daemon stops within three seconds of SIGTERM and takes its runners along. */
function unitText(facts: ServiceFacts, { section, unitLines, wantedBy }: Variant): string {
  return [
    '[Unit]',
    'Description=Reverie, live AI visuals',
    ...unitLines,
    '# A show is tried again for ever.',
    'StartLimitIntervalSec=0',
    '',
    '[Service]',
    'Type=exec',
    `ExecStart=${startWords(facts).map(quoted).join(' ')}`,
    'Restart=always',
    'RestartSec=1',
    'KillMode=mixed',
    'TimeoutStopSec=10',
    'NoNewPrivileges=yes',
    'UMask=0077',
    ...section,
    '',
    '[Install]',
    `WantedBy=${wantedBy}`,
    '',
  ].join('\n');
}

/** systemd.syntax(7) and "Command lines" of systemd.service(5): `%` and `$` mean something even inside quotes. */
function quoted(word: string): string {
  const escaped = word
    .replaceAll(/[\\"]/g, '\\$&')
    .replaceAll('%', '%%')
    .replaceAll('$', () => '$$');
  return /^[\w./:=@%,+-]+$/.test(escaped) ? escaped : `"${escaped}"`;
}
