import { join } from 'node:path';
import { notRun, startWords, type ServiceFacts, type ServicePlan } from './plan.ts';

const label = 'org.reverie.daemon';

/** An agent of the person, launchd.plist(5). */
export function launchdPlan(facts: ServiceFacts): ServicePlan {
  const path = join(facts.userHome, 'Library', 'LaunchAgents', `${label}.plist`);
  const domain = `gui/${facts.uid}`;
  const bootout = { file: 'launchctl', words: ['bootout', `${domain}/${label}`] };
  return {
    what: 'launchd agent of this user',
    path,
    content: plistText(facts),
    encoding: 'utf8',
    // `bootstrap` fails where an agent of that name is loaded.
    before: [bootout],
    install: [{ file: 'launchctl', words: ['bootstrap', domain, path] }],
    remove: [bootout],
    status: { file: 'launchctl', words: ['print', `${domain}/${label}`] },
    notes: [notRun, 'Its log: reverie logs --follow'],
  };
}

function plistText(facts: ServiceFacts): string {
  const words = startWords(facts).map((word) => `    <string>${escaped(word)}</string>`);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">',
    '<plist version="1.0">',
    '<dict>',
    `  <key>Label</key><string>${label}</string>`,
    '  <key>ProgramArguments</key>',
    '  <array>',
    ...words,
    '  </array>',
    '  <key>RunAtLoad</key><true/>',
    '  <key>KeepAlive</key><true/>',
    '  <key>ThrottleInterval</key><integer>1</integer>',
    '  <key>ExitTimeOut</key><integer>10</integer>',
    '  <key>ProcessType</key><string>Interactive</string>',
    '  <key>Umask</key><integer>63</integer>',
    '</dict>',
    '</plist>',
    '',
  ].join('\n');
}

export function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
