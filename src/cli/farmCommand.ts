import type { Command } from 'commander';
import type { FilmStatus } from '../farm';
import { DISPLAY_OPTIONS } from '../options/displayOptions';
import { FARM_OPTIONS } from '../options/farmOptions';
import { RENDER_OPTIONS } from '../options/renderOptions';
import { hideCredentials } from './commandLine';
import { farmPlace } from './farmSource';
import { addFlags, givenFlags } from './flags';
import { stdoutColors as colors } from './progress/style';

const ID = 'the id of the film, as render --detach prints it';
const load = () => require('../farm') as typeof import('../farm');

/** `filmgate farm list|status|cancel|attach|clean|dashboard` */
export function addFarm(program: Command): void {
  const farm = program.command('farm').description('look after films that are rendered on a farm');
  const add = (name: string, description: string) =>
    addFlags(farm.command(name).description(description), { farm: FARM_OPTIONS.farm });

  const list = add('list', 'show all films of the farm, and its workers').option('--json', 'print JSON');
  list.action(async () => {
    hideCredentials();
    const { json, ...flags } = givenFlags(list);
    const listed = await load().listFilms(farmPlace(flags));
    if (json) return printJson(listed);
    const { films, workers } = listed;
    for (const film of films) console.log(statusLine(film));
    console.log(workers.length > 0 ? `workers: ${workers.join(', ')}` : 'no worker is there');
  });

  const status = add('status', 'show where a film stands')
    .argument('<id>', ID)
    .option('--json', 'print JSON');
  status.action(async (id: string) => {
    hideCredentials();
    const { json, ...flags } = givenFlags(status);
    const film = await load().filmStatus(farmPlace(flags), id);
    if (json) return printJson(film);
    console.log(statusLine(film));
  });

  const cancel = add('cancel', 'cancel a film on all machines').argument('<id>', ID);
  cancel.action(async (id: string) => {
    hideCredentials();
    const wasActive = await load().cancelFarmFilm(farmPlace(givenFlags(cancel)), id);
    console.log(wasActive ? `Cancelled film ${id}.` : `Film ${id} had ended before.`);
  });

  const clean = add('clean', 'remove a film that has ended, with all of its files in storage').argument(
    '<id>',
    ID,
  );
  addFlags(clean, { storage: FARM_OPTIONS.storage });
  clean.action(async (id: string) => {
    hideCredentials();
    const { removed, left } = await load().cleanFilm(farmPlace(givenFlags(clean)), id);
    for (const key of removed) console.log(key);
    console.log(`Removed film ${id}.`);
    if (left.length === 0) return;
    console.error('No film uses these files in storage; when nobody is handing a film in, remove them:');
    for (const key of left) console.error(key);
  });

  const attach = add('attach', 'follow a film that was handed in before, and fetch its video').argument(
    '<id>',
    ID,
  );
  const { storage } = FARM_OPTIONS;
  const { output, overwrite } = RENDER_OPTIONS;
  for (const rows of [{ storage, output, overwrite }, DISPLAY_OPTIONS]) addFlags(attach, rows);
  attach.action(async (id: string) => {
    hideCredentials();
    const { runAttach } = require('./runFarmRender') as typeof import('./runFarmRender');
    process.exitCode = (await runAttach(givenFlags(attach), id)).code;
  });

  const dashboard = add('dashboard', 'serve Bull Board for the queues of the farm, on this machine alone');
  dashboard.option('--port <number>', 'port to serve it on (default: a free one)');
  dashboard.action(async () => {
    hideCredentials();
    const { onSignals } = require('./signals') as typeof import('./signals');
    const { portOf } = require('./views') as typeof import('./views');
    const flags = givenFlags(dashboard);
    const port = portOf(flags.port as string | undefined, 'port');
    const served = await load().openDashboard(farmPlace(flags), port);
    console.log(`The farm is at ${served.url} until Ctrl-C.`);
    await new Promise<void>((resolve) =>
      onSignals({ first: () => resolve(), second: () => process.exit(130) }),
    );
    await served.close();
  });
}

/** What is unknown is null, and not left out. */
function printJson(said: object): void {
  console.log(JSON.stringify({ v: 1, ...said }, (_, value) => (value === undefined ? null : value), 2));
}

function statusLine({ id, state, name = '?', segments, done, error }: FilmStatus): string {
  const share = segments === undefined ? '' : `, ${done} of ${segments} segments`;
  return `${id}  ${colors.bold(name)}  ${state}${share}${error === undefined ? '' : `: ${error}`}`;
}
