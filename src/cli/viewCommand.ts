import type { Command } from 'commander';
import { onSignals } from './signals';

/** `filmgate view <events.ndjson> [--port 8080 | --report report.html]` */
export function addView(program: Command): void {
  program
    .command('view')
    .description('show a render again, from the events that --progress-events all has printed')
    .argument('<events>', 'file of these lines')
    .option('--port <number>', 'port of the page on this machine (default: any that is free)')
    .option('--report <file.html>', 'write the page to this file instead')
    .action(async (events: string, { port, report }: { port?: string; report?: string }) => {
      const { openSavedEvents, saveReportOf } =
        require('../dashboard/index') as typeof import('../dashboard/index');
      const { portOf } = require('./views') as typeof import('./views');
      if (report !== undefined) {
        await saveReportOf(events, report);
        return console.log(`Wrote ${report}.`);
      }
      const dashboard = await openSavedEvents(events, { port: portOf(port) });
      console.log(`Dashboard: ${dashboard.url}\nPress Ctrl-C to close it.`);
      const close = () => void dashboard.close();
      const release = onSignals({ first: close, second: () => process.exit() });
      await dashboard.closed;
      release();
    });
}
