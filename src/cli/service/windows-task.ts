import { join } from 'node:path';
import { escaped } from './launchd.ts';
import { notRun, startWords, type ServiceFacts, type ServicePlan } from './plan.ts';

const task = 'Reverie';

/** A scheduled task of the person, which starts when they log in; the format is Microsoft's "Task Scheduler Schema". */
export function windowsTaskPlan(facts: ServiceFacts): ServicePlan {
  const path = join(facts.home, 'reverie-task.xml');
  const schtasks = (...words: string[]) => ({ file: 'schtasks', words });
  return {
    what: 'scheduled task of this user',
    path,
    content: taskText(facts),
    // schtasks takes no other.
    encoding: 'utf16le',
    // While an instance runs, /Run starts no other (IgnoreNew).
    before: [schtasks('/End', '/TN', task)],
    install: [schtasks('/Create', '/TN', task, '/XML', path, '/F'), schtasks('/Run', '/TN', task)],
    remove: [schtasks('/End', '/TN', task), schtasks('/Delete', '/TN', task, '/F')],
    status: schtasks('/Query', '/TN', task, '/V', '/FO', 'LIST'),
    notes: [notRun, 'It starts when you log in. Its log: reverie logs --follow'],
  };
}

function taskText(facts: ServiceFacts): string {
  const [command = '', ...words] = startWords(facts);
  return [
    '<?xml version="1.0" encoding="UTF-16"?>',
    '<Task version="1.3" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">',
    '  <RegistrationInfo><Description>Reverie, live AI visuals</Description></RegistrationInfo>',
    '  <Triggers><LogonTrigger><Enabled>true</Enabled></LogonTrigger></Triggers>',
    '  <Principals><Principal id="Author"><LogonType>InteractiveToken</LogonType><RunLevel>LeastPrivilege</RunLevel></Principal></Principals>',
    '  <Settings>',
    '    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>',
    '    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>',
    '    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>',
    '    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>',
    '    <Priority>4</Priority>',
    '    <RestartOnFailure><Interval>PT1M</Interval><Count>999</Count></RestartOnFailure>',
    '  </Settings>',
    '  <Actions Context="Author"><Exec>',
    `    <Command>${escaped(command)}</Command>`,
    `    <Arguments>${escaped(words.map(quoted).join(' '))}</Arguments>`,
    '  </Exec></Actions>',
    '</Task>',
    '',
  ].join('\r\n');
}

/** As the C runtime of Windows takes arguments apart again: a backslash means something only before a quote. */
function quoted(word: string): string {
  if (!/[\s"]/.test(word)) return word;
  return `"${word.replaceAll(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, '$1$1')}"`;
}
