/** The JavaScript of a TypeScript file. */
export function compiled(path: string): string;
