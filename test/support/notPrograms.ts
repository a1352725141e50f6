import { writeFileSync } from 'node:fs';

/**
 * What does not run as the program that it is taken for, by what it is: each is made when it is called, and returns its
 * path. `script` makes a shell script of a name; `says` is what the program would answer.
 */
export function notPrograms(
  path: (name?: string) => string,
  script: (name: string, text: string) => string,
  says: string,
): [string, () => string][] {
  return [
    ['a program that says something else', () => script('echo', 'echo hello')],
    ['a program that fails', () => script('fails', `${says}; exit 3`)],
    [
      'a file that is no program',
      () => {
        writeFileSync(path('text'), 'text');
        return path('text');
      },
    ],
    ['a folder', () => path()],
    ['a path where nothing is', () => path('nothing')],
  ];
}
