import { fork } from 'node:child_process';

/** Runs a module in a process of its own, so that its resident memory is its own, and returns what it answers. */
export function inChild<Job extends object, Answer>(module: string, job: Job): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const child = fork(module, [JSON.stringify(job)], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      execArgv: [],
    });
    let answer: { value: Answer } | undefined;
    child.once('message', (value) => {
      answer = { value: value as Answer };
    });
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      if (answer) resolve(answer.value);
      else reject(new Error(`${module} ended without an answer: ${signal ?? `exit code ${code}`}`));
    });
  });
}

/** In the child: does the job, and answers. */
export function answerParent<Job, Answer>(work: (job: Job) => Promise<Answer>): void {
  work(JSON.parse(process.argv[2] as string)).then(
    (answer) => process.send?.(answer, () => process.exit(0)),
    (error) => {
      console.error(error);
      process.exit(1);
    },
  );
}
